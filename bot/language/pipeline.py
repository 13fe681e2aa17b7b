"""Every entity of a text: what a word means (spaCy's entity ruler) and what a form shows."""

from __future__ import annotations

import re

from spacy.tokens import Doc, Span, Token

from bot.language.addresses import find_codes
from bot.language.durations import find_durations
from bot.language.entity import Entity
from bot.language.lexicon import Lexicon
from bot.language.quantities import NUMBER, parse_number
from bot.language.tokens import build_tokeniser, readable

# What lies behind is not read; nobody names an asset for the first time on page three.
LONGEST = 4000

_STABLE = {"USDT", "USDC", "DAI"}
# Not "by" and "using": one pays by a coin.
_TOWARDS = {"on", "via", "through", "over", "en", "por", "через", "qua"}
_DOINGS = {
    "deposit",
    "withdrawal",
    "transfer",
    "transaction",
    "wallet",
    "balance",
    "order",
    "trade",
}
_CHAIN = {"network", "chain", "mainnet", "blockchain", "net", "red", "rede", "сеть", "сети", "ağı"}
_COIN = {"coin", "coins", "token", "tokens", "staking"}
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "₽": "RUB", "₺": "TRY", "₫": "VND", "R$": "BRL"}
_CURRENCIES = {
    "usd": "USD", "dollar": "USD", "dollars": "USD", "bucks": "USD", "eur": "EUR", "euro": "EUR",
    "euros": "EUR", "gbp": "GBP", "pounds": "GBP", "pound": "GBP", "quid": "GBP", "try": "TRY",
    "lira": "TRY", "tl": "TRY", "brl": "BRL", "reais": "BRL", "rub": "RUB", "rubles": "RUB",
    "руб": "RUB", "рублей": "RUB", "vnd": "VND", "đồng": "VND", "chf": "CHF", "aud": "AUD",
    "cad": "CAD", "jpy": "JPY", "inr": "INR", "ngn": "NGN", "naira": "NGN", "mxn": "MXN",
    "pesos": "MXN", "долларов": "USD", "dólares": "USD", "dolar": "USD",
}  # fmt: skip
_NUMBER = re.compile(
    rf"(?<![\w.,])(?P<sign>R\$|[$€£₽₺₫])?[ ]?(?P<number>{NUMBER})(?P<suffix>k|m)?(?![0-9])",
    re.IGNORECASE,
)
_AFTER = re.compile(r"[ ]?(?P<sign>[$€£₽₺₫])|[ ]?(?P<word>[^\W\d_]{2,9})")


class EntityFinder:
    """Finds entities; built once, used for every message (about a millisecond each)."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self._lexicon = lexicon or Lexicon.load()
        self._pipeline = build_tokeniser()
        ruler = self._pipeline.add_pipe(
            "entity_ruler", config={"phrase_matcher_attr": "LOWER", "ent_id_sep": "|"}
        )
        ruler.add_patterns(self._patterns())
        self._ordinary: set[str] = {
            ticker.lower() for ticker, asset in self._lexicon.assets.items() if asset.ordinary
        }

    def find(self, text: str) -> list[Entity]:
        """Entities in the order of the text; the parts of an address are not looked at again."""
        text = readable(text[:LONGEST])
        codes = find_codes(text)
        document = self._pipeline(text)
        named = [
            entity
            for entity in self._named(document)
            if not any(entity.overlaps(code) for code in codes)
        ]
        durations = [
            entity
            for entity in find_durations(text)
            if not any(entity.overlaps(code) for code in codes)
        ]
        amounts = _amounts(text, named, taken=[*codes, *durations])
        found = [*codes, *durations, *amounts, *named]
        return sorted(found, key=lambda entity: (entity.start, entity.end, entity.name))

    def _patterns(self) -> list[dict[str, object]]:
        patterns: list[dict[str, object]] = []
        for ticker, asset in self._lexicon.assets.items():
            words = [*asset.names] if asset.ordinary else [ticker.lower(), *asset.names]
            patterns += [{"label": "asset", "pattern": word, "id": ticker} for word in words]
        for code, words in self._lexicon.networks.items():
            patterns += [{"label": "network", "pattern": word, "id": code} for word in words]
        return patterns

    def _named(self, document: Doc) -> list[Entity]:
        found: list[tuple[str, str, Span]] = [
            (span.label_, span.ent_id_, span) for span in document.ents
        ]
        found += [("asset", *each) for each in self._tickers(document)]
        found.sort(key=lambda each: each[2].start)
        entities = []
        before: str | None = None
        for name, value, span in found:
            name, value = self._as_network(name, value, span, before)
            entities.append(Entity(name, value, span.start_char, span.end_char))
            before = value if name == "asset" else before
        entities += self._pairs(document)
        return _without_doubles(entities)

    def _tickers(self, document: Doc) -> list[tuple[str, Span]]:
        """Tickers that are ordinary words, too, where the writing shows what is meant."""
        taken = {token.i for span in document.ents for token in span}
        shouted = _shouted(document)
        found = []
        for token in document:
            if token.lower_ not in self._ordinary or token.i in taken:
                continue
            span = document[token.i : token.i + 1]
            as_network = _led_to(span) or _behind_stable(span)
            if (token.is_upper and not shouted) or as_network or _among_figures(token):
                found.append((token.text.upper(), span))
        return found

    def _as_network(self, name: str, value: str, span: Span, before: str | None) -> tuple[str, str]:
        """ "on solana" and "usdt (sol)" name a network although the word names an asset, too."""
        if name == "network":
            # Alone, "tron" is the coin.
            if span.text.lower() in {"tron", "трон"} and not (before or _led_to(span)):
                return "asset", "TRX"
            return name, value
        network = self._lexicon.assets[value].network
        if network and (_led_to(span) or _behind_stable(span)):
            return "network", network
        return name, value

    def _pairs(self, document: Doc) -> list[Entity]:
        """ "BTCUSDT" names two assets."""
        found = []
        for token in document:
            upper = token.text.upper()
            for quote in ("USDT", "USDC", "BTC"):
                base = upper[: -len(quote)]
                if upper.endswith(quote) and base in self._lexicon.assets:
                    middle = token.idx + len(base)
                    end = token.idx + len(upper)
                    found.append(Entity("asset", base, token.idx, middle))
                    found.append(Entity("asset", quote, middle, end))
        return found


def _led_to(span: Span) -> bool:
    document = span.doc
    after = document[span.end].lower_ if span.end < len(document) else ""
    at = span.start - 1
    while at >= 0 and document[at].lower_ in {"the", "la", "a", "el"}:
        at -= 1
    leads = at >= 0 and document[at].lower_ in _TOWARDS
    # "the memo on my xrp deposit" is about the coin.
    return after in _CHAIN or (leads and after not in _DOINGS)


def _behind_stable(span: Span) -> bool:
    """Directly behind a stablecoin: "usdt sol", "usdt-ton", "USDT (SOL)"."""
    if span.start == 0:
        return False
    previous = span.doc[span.start - 1]
    if previous.text in {"(", "-", "["} and span.start > 1:
        previous = span.doc[span.start - 2]
    return previous.text.upper() in _STABLE


def _shouted(document: Doc) -> bool:
    letters = [character for character in document.text if character.isalpha()]
    return len(letters) > 12 and sum(map(str.isupper, letters)) > 0.8 * len(letters)


def _among_figures(token: Token) -> bool:
    before = token.nbor(-1).text if token.i else ""
    after = token.nbor(1).text if token.i + 1 < len(token.doc) else ""
    later = token.nbor(2).text if token.i + 2 < len(token.doc) else ""
    behind_number = bool(re.fullmatch(NUMBER, before)) and token.lower_ not in {"one", "not"}
    pair = after in {"/", "-"} and later.upper() in {"USDT", "USDC", "BTC", "ETH", "EUR", "USD"}
    return (
        behind_number
        or before in {"$", "#"}
        or pair
        or after.lower() in {"coin", "coins", "token", "tokens", "staking"}
    )


def _amounts(text: str, named: list[Entity], *, taken: list[Entity]) -> list[Entity]:
    """Numbers with an asset or a currency beside them."""
    assets = {entity.start: entity for entity in named if entity.name == "asset"}
    found = []
    for match in _NUMBER.finditer(text):
        number = parse_number(match.group("number"), match.group("suffix") or "")
        if number is None or any(_inside(match.start("number"), each) for each in taken):
            continue
        unit = _unit(text, match, assets)
        if unit is not None:
            key, value, end = unit
            value_of = int(number) if number == int(number) else number
            found.append(Entity("amount", value_of, match.start(), end, {key: value}))
    return found


def _unit(
    text: str, match: re.Match[str], assets: dict[int, Entity]
) -> tuple[str, str, int] | None:
    end = match.end()
    for gap in (0, 1):
        asset = assets.get(end + gap)
        if asset is not None:
            return "asset", str(asset.value), asset.end
    if match.group("sign"):
        return "currency", _SIGNS[match.group("sign").upper()], end
    after = _AFTER.match(text, end)
    if after and after.group("sign"):
        return "currency", _SIGNS[after.group("sign")], after.end()
    if after and after.group("word").lower() in _CURRENCIES:
        return "currency", _CURRENCIES[after.group("word").lower()], after.end()
    # "BTC 0.5": the asset stands before.
    for entity in assets.values():
        if entity.end in (match.start(), match.start() - 1) and "." in match.group("number"):
            return "asset", str(entity.value), end
    return None


def _inside(position: int, entity: Entity) -> bool:
    return entity.start <= position < entity.end


def _without_doubles(entities: list[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in sorted(entities, key=lambda each: (each.start, -each.end)):
        if not any(entity.overlaps(other) for other in kept):
            kept.append(entity)
    return kept
