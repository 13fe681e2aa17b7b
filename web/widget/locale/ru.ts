// Every sentence of the widget in Russian; the keys and their types are those of en.ts.

import type { LauncherStrings, PanelStrings } from "./en";

const rules = new Intl.PluralRules("ru");

/** The form of a noun that goes with a count: 1 оператор, 2 оператора, 5 операторов. */
function plural(count: number, one: string, few: string, many: string): string {
  const category = rules.select(count);
  return category === "one" ? one : category === "few" ? few : many;
}

/** After "около", "от" and "до": 1 минуты, 2 минут, 5 минут. */
function genitive(count: number, singular: string, several: string): string {
  return rules.select(count) === "one" ? singular : several;
}

export const launcher: LauncherStrings = {
  open: "Открыть чат поддержки",
  close: "Закрыть чат поддержки",
  unread: (count: number) =>
    `${count} ${plural(count, "непрочитанное сообщение", "непрочитанных сообщения", "непрочитанных сообщений")}`,
  frame: "Чат поддержки",
};

export const panel: PanelStrings = {
  title: "Поддержка",
  greeting: "Здравствуйте! Чем можем помочь?",
  greetingNamed: (name: string) => `Здравствуйте, ${name}! Чем можем помочь?`,
  intro: "Спросите своими словами. Ответ придёт сразу, а если нужен человек — он подключится.",
  suggestionsTitle: "Часто спрашивают",
  suggestions: [
    "Сколько стоит вывод?",
    "Где моё пополнение?",
    "Как пройти верификацию?",
    "Какой процент по сбережениям?",
  ],
  safety: "Мы никогда не спрашиваем пароль, seed-фразу и коды. Пожалуйста, не присылайте их.",

  assistant: "Ассистент",
  you: "Вы",
  support: "Поддержка",
  statusAssistant: "Ассистент · отвечает сразу",
  statusStarting: "Ассистент запускается",
  statusDown: "Ассистент недоступен",
  statusWaiting: "Ждём оператора",
  statusHuman: (name: string) => `С вами на связи ${name}`,
  statusClosed: "Разговор завершён",
  statusConnecting: "Подключение",
  statusReconnecting: "Восстанавливаем связь",

  minimise: "Закрыть чат",
  log: "Переписка",
  composer: "Ваше сообщение",
  placeholder: "Напишите сообщение",
  placeholderClosed: "Напишите, чтобы начать заново",
  send: "Отправить сообщение",
  newLineHint: "Enter — отправить, Shift + Enter — новая строка",
  remaining: (count: number) => `Осталось символов: ${count}`,
  tooLong: (count: number) => `Лишних символов: ${count}`,
  person: "Связаться с оператором",
  personAsked: "Зовём оператора",
  inQueue: "В очереди",

  sending: "Отправляется",
  sent: "Отправлено",
  kept: "Сохранено, отправится при подключении",
  failed: "Не отправлено",
  retry: "Повторить",
  discard: "Удалить",
  failure: {
    rate_limited: "Вы пишете очень быстро. Сообщение отправится через мгновение.",
    too_long: "Сообщение слишком длинное.",
    empty: "Сообщение пустое.",
    bad_choice: "Этот вариант больше недоступен.",
    other: "Не удалось отправить.",
  },

  showDetails: "Показать шаги",
  hideDetails: "Скрыть шаги",
  updated: (date: string) => `Обновлено: ${date}`,
  opensInTab: "откроется в новой вкладке",
  chosen: "выбрано",
  choicesLabel: "Варианты",
  typing: (name: string) => `${name} печатает`,
  thinking: "Ищем ответ",

  queueTitle: "Вы в очереди",
  queuePosition: (position: number) => (position === 1 ? "Перед вами никого нет" : `Ваше место в очереди: ${position}`),
  queueWait: "Время ожидания",
  queueUnknown: "Пока неизвестно",
  waitWithin: (hours: number) =>
    hours === 1 ? "В течение часа" : `В течение ${hours} ${genitive(hours, "часа", "часов")}`,
  waitUnderMinute: "меньше минуты",
  waitMinutes: (low: number, high: number) =>
    low === high
      ? `около ${low} ${genitive(low, "минуты", "минут")}`
      : `от ${low} до ${high} ${genitive(high, "минуты", "минут")}`,
  waitHours: (low: number, high: number) =>
    low === high ? `около ${low} ${genitive(low, "часа", "часов")}` : `от ${low} до ${high} ${genitive(high, "часа", "часов")}`,
  queueOnline: (count: number) => `${count} ${plural(count, "оператор", "оператора", "операторов")} на связи`,
  queueNobody: "Сейчас никого из операторов нет на связи.",
  queueNobodyMore: "Ваше место в очереди сохранится, ответ придёт сюда. Окно можно закрыть.",
  queueMore: "Можно продолжать писать: оператор прочитает всё.",

  startingTitle: "Ассистент запускается",
  startingText: "Писать можно уже сейчас. Мы сохраним сообщение, и ассистент ответит, как только будет готов.",
  startingKept: "Сообщение сохранено. Ассистент ответит, как только будет готов.",
  downTitle: "Ассистент сейчас не может ответить",
  downText: "Всё равно напишите или позовите оператора. Ничего из отправленного не потеряется.",

  connectionLost: "Связь прервалась. Подключаемся снова. Ваши сообщения сохранены.",
  offline: "Нет подключения к интернету. Сообщения сохранены и отправятся, когда связь появится.",
  unavailable: "Поддержка сейчас недоступна. Пробуем подключиться снова.",
  restarted: "Прошлый сеанс истёк. Это новый разговор.",

  notice: {
    queued: "Вы в очереди к оператору",
    agent_joined: "К разговору подключился оператор",
    agent_left: "Оператор вышел из разговора",
    closed: "Разговор завершён",
    returned: "С вами снова ассистент",
    secret_removed: "Из вашего сообщения удалены секретные данные",
    assistant_unavailable: "Ассистент сейчас не может ответить",
    waiting_for_assistant: "Сообщение сохранено до запуска ассистента",
  },
  agentJoined: (name: string) => `${name} теперь с вами в чате`,
  agentLeft: (name: string) => `${name} больше не в чате`,
  redacted: (what: string) => `Удалено до того, как кто-либо мог прочитать: ${what}`,
  secrets: {
    seed_phrase: "seed-фраза",
    private_key: "приватный ключ",
    password: "пароль",
    card_number: "номер карты",
    api_secret: "секретный ключ API",
    one_time_code: "одноразовый код",
    identity_number: "номер документа",
  },
  secretOther: "секретные данные",
  newMessages: "Новые сообщения",
};
