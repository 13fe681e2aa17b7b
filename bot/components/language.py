"""Tokens by spaCy, from a blank pipeline of ours (bot/language); nothing is downloaded."""

from __future__ import annotations

from typing import Any

import spacy
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.components.settings import check_keys
from bot.language.tokens import build_tokeniser, readable


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class LanguageTokenizer(Tokenizer):
    """Splits a text as bot/language does, which knows "100usdt" and "btc/usdt"."""

    def __init__(self, config: dict[str, Any], pipeline: spacy.language.Language) -> None:
        super().__init__(config)
        self._pipeline = pipeline

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "+",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageTokenizer:
        check_keys("LanguageTokenizer", config, cls.get_default_config())
        return cls(config, build_tokeniser())

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        document = self._pipeline.make_doc(readable(message.get(attribute) or ""))
        return [Token(token.text, token.idx) for token in document if not token.is_space]
