"""Secrets that the words around them give away: passwords, codes, API secrets, papers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conversations.guard.findings import Finding
from conversations.guard.patterns import any_of, either

# All patterns are matched on folded text: lower case, plain forms.

_IS = (
    r"(?:\s+(?:is|was|are|es|era|ist|war|est|é|è|it'?s|=)\s+"
    r"|\s*[:=]\s*|\s*[-–—>]{1,3}\s+|\s*(?:это|は|是|为)\s*)"
)
_QUOTES = "\"'“”‘’«»`"
_TRAILING = f".,;!?)]{_QUOTES}"

_PASSWORD_NAMES = either(
    r"""
    pass\s?-?(?:word|code|phrase|wort) passwd pwd kennwort contrase[nñ]a mot\s+de\s+passe mdp
    senha palavra-?passe парол[ьяе]м? şifre(?:m|si)? parola has[lł]o wachtwoord l[oö]senord
    mật\s+khẩu kata\s+sandi 密码 密碼 パスワード 비밀번호
    """
)
_FOR = r"(?:\s+(?:for|of|on|at|de|del|para|für|von|pour|для|от)\s+(?:(?:my|the)\s+)?[\w.@-]{1,40})"
_PASSWORD = re.compile(
    rf"(?<!\w){_PASSWORD_NAMES}s?{_FOR}{{0,2}}(?P<is>{_IS})"
    rf"(?P<quote>[{_QUOTES}]?)(?P<secret>\S{{3,128}})"
)
# "my password hunter22": without a sign, only what no word of a sentence is.
_BARE = re.compile(
    rf"(?<!\w){_PASSWORD_NAMES}{_FOR}{{0,2}}\s+[{_QUOTES}]?"
    r"(?P<secret>(?=[!-~]*[a-z])(?=[!-~]*\d)[!-~]{6,})(?!\S)"
)
# What stands there besides: an e-mail address, an account's number, a period, "2-factor".
_NO_PASSWORD = re.compile(
    r"\S+@\S+\.\S+|(?:uid|id|order|ticket|case|ref)[#:_-]?\d+|\d+[.,]?\d*[-_]?[a-z]+"
)
# "login ann / pass hunter22": the short word only with a sign behind it.
_PASS = re.compile(r"(?<!\w)(?:pass|pw|psw)\s*[:=]\s*(?P<secret>\S{3,128})")
_PIN = re.compile(
    rf"(?<!\w)pin(?:\s*-?\s*(?:code|number|nummer))?{_IS}(?P<secret>\d{{4,12}})(?!\w)"
)
# What follows "password is" without being one.
_ORDINARY = frozenset(
    word
    for line in (
        "a an the my your our his her their not no never always still also now just really very",
        "too so this that there here wrong incorrect invalid correct right fine ok okay good bad",
        "weak strong long short old new secure safe unsafe same different gone lost hard easy",
        "simple unknown missing required needed necessary mandatory important temporary unique",
        "case case-sensitive expired locked rejected refused declined denied accepted changed",
        "reset compromised hacked stolen leaked exposed forgotten saved stored empty blank hidden",
        "visible what which how why when where who if because since and or but in on at for from",
        "with without by of to it he she they we i you enough only about under over between",
        "minimum maximum likely probably impossible incorrecta incorrecto falsch nicht ungültig",
        "pas faux errado errada не неверный неправильный yanlış",
        "all some something everything nothing none one mine yours every any both enough",
        "muy tan demasiado demasiada corta corto larga largo débil fuerte segura igual la",
        "el mi tu su una un correcta correcto inválida válida misma mismo diferente nueva nuevo",
        "muito fraca forte curta longa igual mesma mesmo minha meu uma um certa certo inválida",
        "слишком очень короткий длинный слабый простой старый новый верный правильный тот такой",
        "çok kısa uzun zayıf güçlü aynı eski yeni doğru geçersiz sai không đúng quá yếu ngắn",
    )
    for word in line.split()
)
_ORDINARY_END = re.compile(r"(?:ed|ing|ible|able|ful|less)$")

_CODE_NAMES = either(
    r"""
    (?:sms|otp|[2mt]fa|totp|auth\w{0,12}|google|verification|verify|security|log-?in|sign-?in|e?-?mail|one[\s-]?time|confirmation|access|(?:six|6)[\s-]?digit|withdrawal|phone|text|sicherheits|best[aä]tigungs|verifizierungs)[\s-]*(?:code|pin|number|key|password|passcode)s?
    code otp 2fa totp c[oó]digo code\s+de\s+(?:v[ée]rification|s[ée]curit[ée])
    код\w* kod\w* codice 验证码 驗證碼 認証コード 인증\s?번호 mã
    """
)
# What people put between "code" and the code.
_FILLERS = either(
    """
    is was are it i got get received have had from by via on in sms email e-mail phone says said
    shows here now just me they you he she sent gave the my your app text authenticator google and
    es ist est это que llegó recibí reçu é
    """
)
_UNITS = either(
    r"""
    usdt? usdc btc eth eur gbp trx minutes? mins? seconds? secs? hours? days? times years? percent
    dollars? euros?
    """
)
_CODE = re.compile(
    rf"(?<![\w-])(?P<word>{_CODE_NAMES})(?P<filler>(?:\s+{_FILLERS}\b){{0,8}})"
    r"(?P<sign>\s*[:=#–—-]{0,2}\s*)(?P<secret>\d{3}[ -]\d{3}|\d{4,8})"
    rf"(?![\w%]|[.,]\d|\s*(?:{_UNITS}\b|[$€£]))"
)
_CODE_BEHIND = re.compile(
    r"(?<![\w.,-])(?P<secret>\d{3}[ -]\d{3}|\d{5,8})\s+(?:is|was|es|ist|est)\s+"
    r"(?:my|the|your|mi|el|mein|der|mon|le)\s+(?:\w+\s+){0,2}?(?:code|otp|2fa|pin|c[oó]digo)\b"
)
# Numbers that are codes of another kind.
_OTHER_CODE = re.compile(
    either(
        r"""
        error err status http promo(?:tion)? referral invit\w* coupon voucher discount zip
        post(?:al)? country area dial(?:ling|ing)? qr bar swift bic sort bank branch tax product
        source reason response gift bonus anti[\s-]?phishing fehler order case ticket reference
        currency region
        """
    )
    + r"[\s-]*$"
)

# "the error message says code 30012"; a code that is named (SMS, 2FA) is removed all the same.
_ERROR_SAYS = re.compile(
    r"(?<!\w)(?:error|err|http|status|fehler)(?:\s+message)?"
    r"\s+(?:says?|said|shows?|with|reads?|gives?)(?:\s+the)?\s*$"
)

_API_NAMES = either(
    r"""
    (?:api|client|app|consumer|access|shared|webhook|trading)[\s_-]*(?:secret|key|token|passphrase)(?:[\s_-]*(?:secret|key))?
    secret[\s_-]*(?:key|token) (?:bearer|auth)[\s_-]*token secret clave\s+(?:secreta|api)
    geheim(?:er)?\s+schl[uü]ssel секретн\w+\s+ключ\w* 密钥 密鑰
    """
)
_API = re.compile(
    rf"(?<!\w){_API_NAMES}s?(?:\s*\([^)\n]{{0,30}}\))?"
    r"(?:\s+(?:is|was|are|es|ist|est)\s+|\s*[:=]\s*|\s+)"
    rf"[{_QUOTES}]?(?P<secret>[a-z0-9+/=_.~-]{{12,256}})"
)
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}|T[1-9A-HJ-NP-Za-km-z]{33}|bc1[a-z0-9]{20,80}")

_CARD_CODE = re.compile(
    r"(?<!\w)(?:cvv2?|cvc2?|csc|pr[uü]fziffer"
    r"|security\s+code\s+(?:on|of)\s+(?:the\s+)?(?:back|card)\w*)"
    r"(?:\s+(?:is|code|number|ist|es)){0,2}\s*[:=]?\s*(?P<secret>\d{3,4})(?!\w|[.,]\d)"
)

_PAPERS = either(
    r"""
    passport national\s+id(?:entity)? id(?:entity)?[\s-]*card identity\s+(?:document|number)
    (?:driver'?s?|driving)\s+licen[cs]e social\s+security ssn tax\s+id nie dni pasaporte reisepass
    personalausweis\w* passeport carte\s+d'identit[ée] cpf passaporte паспорт\w* aadhaar
    pan\s+card 护照 身份证 여권
    """
)
_IDENTITY = re.compile(
    rf"(?<!\w){_PAPERS}"
    r"(?:\s+(?:number|num|no|nr|nummer|n[uú]mero|num[ée]ro|номер|id)\b)?\.?"
    r"(?:\s+(?:is|was|es|ist|est)\b)?\s*[:=#№]?\s*"
    # At least four digits in it, letters in front allowed.
    r"(?P<secret>(?=(?:[a-z\s-]{0,4}\d){4})[a-z]{0,3}[\s-]?\d(?:[\s-]?[a-z0-9]){4,13})(?!\w)"
)
_SOCIAL_SECURITY = re.compile(r"(?<![\w-])(?P<secret>\d{3}-\d{2}-\d{4})(?![\w-])")

# Most messages hold none of these words and end here.
_ANY_NUMBERED = any_of(r"\d{3}")


def find_spoken(text: str, folded: str) -> Iterator[Finding]:
    """Secrets by what is said of them. `folded` has the same positions as `text`."""
    yield from _find_passwords(text, folded)
    yield from _find_api_secrets(text, folded)
    if not _ANY_NUMBERED.search(folded):
        return
    yield from _find_codes(folded)
    for match in _CARD_CODE.finditer(folded):
        yield _finding(match, "card_code")
    for pattern in (_IDENTITY, _SOCIAL_SECURITY):
        for match in pattern.finditer(folded):
            yield _finding(match, "identity_number")


def _find_passwords(text: str, folded: str) -> Iterator[Finding]:
    for match in _PASSWORD.finditer(folded):
        start, end = match.span("secret")
        if _looks_like_password(text[start:end].rstrip(_TRAILING), match):
            yield _finding(match, "password")
    for match in _BARE.finditer(folded):
        start, end = match.span("secret")
        word = text[start:end].strip(_TRAILING)
        # "password 2fa/sms": what is divided by a stroke is a list of things.
        other = "/" in word or _NO_PASSWORD.fullmatch(word.lower()) or _ADDRESS.fullmatch(word)
        if len(word) >= 6 and not other:
            yield _finding(match, "password")
    for match in _PASS.finditer(folded):
        if match["secret"].rstrip(_TRAILING) not in _ORDINARY:
            yield _finding(match, "password")
    for match in _PIN.finditer(folded):
        yield _finding(match, "password")


def _looks_like_password(word: str, match: re.Match[str]) -> bool:
    """Whether what follows "password is" is one, and not the rest of a sentence about it."""
    if len(word) < 3:
        return False
    ordinary = word.lower() in _ORDINARY
    if match["quote"] or not word.isalpha():
        return not ordinary
    if any(character.isupper() for character in word[1:]) and not word.isupper():
        return True
    if ":" in match["is"] or "=" in match["is"]:
        return not ordinary
    return not ordinary and not _ORDINARY_END.search(word.lower())


def _find_codes(folded: str) -> Iterator[Finding]:
    for match in _CODE.finditer(folded):
        before = folded[max(0, match.start() - 24) : match.start("word")]
        if _OTHER_CODE.search(before) or _OTHER_CODE.search(match["word"]):
            continue
        if match["word"] == "code" and _ERROR_SAYS.search(before):
            continue
        digits = sum(character.isdigit() for character in match["secret"])
        said = ":" in match["sign"] or "=" in match["sign"] or bool(match["filler"].strip())
        # Four digits are a year or an amount as easily as a code.
        if digits >= 5 or said:
            yield _finding(match, "one_time_code")
    for match in _CODE_BEHIND.finditer(folded):
        yield _finding(match, "one_time_code")


def _find_api_secrets(text: str, folded: str) -> Iterator[Finding]:
    for match in _API.finditer(folded):
        start, end = match.span("secret")
        token = text[start:end].rstrip(_TRAILING)
        mixed = any(c.isdigit() for c in token) and any(c.isalpha() for c in token)
        varied = any(c.isupper() for c in token[1:]) and any(c.islower() for c in token)
        if len(token) >= 12 and (mixed or varied) and not _ADDRESS.fullmatch(token):
            yield _finding(match, "api_secret")


def _finding(match: re.Match[str], kind: str) -> Finding:
    start, end = match.span("secret")
    return Finding(start, end, kind)
