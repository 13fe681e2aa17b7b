// Las frases del widget en español; las mismas claves que en.ts.

import type { LauncherStrings, PanelStrings } from "./en";

export const launcher: LauncherStrings = {
  open: "Abrir el chat de soporte",
  close: "Cerrar el chat de soporte",
  unread: (count) => (count === 1 ? "1 mensaje sin leer" : `${count} mensajes sin leer`),
  frame: "Chat de soporte",
};

export const panel: PanelStrings = {
  title: "Soporte",
  greeting: "Hola, ¿en qué te ayudamos?",
  greetingNamed: (name) => `Hola, ${name}, ¿en qué te ayudamos?`,
  intro: "Pregunta con tus palabras. Te respondemos al instante y, cuando quieras, sigue contigo una persona.",
  suggestionsTitle: "Lo que más nos preguntan",
  suggestions: [
    "¿Cuánto cuesta retirar?",
    "¿Dónde está mi depósito?",
    "¿Cómo verifico mi identidad?",
    "¿Cuánto rinde el ahorro?",
  ],
  safety: "Nunca te pedimos tu contraseña, tu frase semilla ni códigos. Por favor, no los envíes.",

  assistant: "Asistente",
  you: "Tú",
  support: "Soporte",
  statusAssistant: "Asistente · responde al instante",
  statusStarting: "El asistente se está iniciando",
  statusDown: "Asistente no disponible",
  statusWaiting: "Esperando a una persona",
  statusHuman: (name) => `Te atiende ${name}`,
  statusClosed: "Conversación cerrada",
  statusConnecting: "Conectando",
  statusReconnecting: "Conectando de nuevo",

  minimise: "Cerrar el chat",
  log: "Conversación",
  composer: "Tu mensaje",
  placeholder: "Escribe un mensaje",
  placeholderClosed: "Escribe para empezar de nuevo",
  send: "Enviar mensaje",
  newLineHint: "Intro envía; Mayús + Intro hace una línea nueva",
  remaining: (count) => (count === 1 ? "Queda 1 carácter" : `Quedan ${count} caracteres`),
  tooLong: (count) => (count === 1 ? "Sobra 1 carácter" : `Sobran ${count} caracteres`),
  person: "Hablar con una persona",
  personAsked: "Pidiendo una persona",
  inQueue: "En la cola",

  sending: "Enviando",
  sent: "Enviado",
  kept: "Guardado; se enviará cuando tengas conexión",
  failed: "No enviado",
  retry: "Reintentar",
  discard: "Descartar",
  failure: {
    rate_limited: "Estás escribiendo muy rápido. Se enviará en un momento.",
    too_long: "Este mensaje es demasiado largo.",
    empty: "Este mensaje está vacío.",
    bad_choice: "Esta opción ya no está disponible.",
    other: "No se pudo enviar.",
  },

  showDetails: "Ver los pasos",
  hideDetails: "Ocultar los pasos",
  updated: (date) => `Actualizado: ${date}`,
  opensInTab: "se abre en otra pestaña",
  chosen: "elegida",
  choicesLabel: "Opciones",
  typing: (name) => `${name} está escribiendo`,
  thinking: "Buscando la respuesta",

  queueTitle: "Estás en la cola",
  queuePosition: (position) => (position === 1 ? "Te toca a continuación" : `Número ${position} en la cola`),
  queueWait: "Espera estimada",
  queueUnknown: "No se sabe en este momento",
  waitWithin: (hours) => (hours === 1 ? "En menos de una hora" : `En menos de ${hours} horas`),
  waitUnderMinute: "menos de un minuto",
  waitMinutes: (low, high) =>
    low === high
      ? low === 1
        ? "alrededor de 1 minuto"
        : `alrededor de ${low} minutos`
      : `de ${low} a ${high} minutos`,
  waitHours: (low, high) =>
    low === high ? (low === 1 ? "alrededor de 1 hora" : `alrededor de ${low} horas`) : `de ${low} a ${high} horas`,
  queueOnline: (count) => (count === 1 ? "1 persona en línea" : `${count} personas en línea`),
  queueNobody: "Ahora mismo no hay nadie de nuestro equipo en línea.",
  queueNobodyMore: "Tu lugar queda guardado y te responderemos aquí. Puedes cerrar esta ventana.",
  queueMore: "Puedes seguir escribiendo. La persona que te atienda lo leerá todo.",

  startingTitle: "El asistente se está iniciando",
  startingText: "Ya puedes escribir. Tu mensaje se guarda y te responderá en cuanto esté listo.",
  startingKept: "Tu mensaje está guardado. Te responderá en cuanto el asistente esté listo.",
  downTitle: "El asistente no puede responder ahora",
  downText: "Escribe de todos modos o pide hablar con una persona. Nada de lo que envíes se pierde.",

  connectionLost: "Se perdió la conexión. Estamos reintentando. Tus mensajes quedan guardados.",
  offline: "No tienes conexión. Tus mensajes quedan guardados y se enviarán cuando vuelva.",
  unavailable: "No se puede contactar con el soporte en este momento. Estamos reintentando.",
  restarted: "Tu sesión anterior caducó. Esta es una conversación nueva.",

  notice: {
    queued: "Estás en la cola para hablar con una persona",
    agent_joined: "Una persona se ha unido a la conversación",
    agent_left: "La persona ha salido de la conversación",
    closed: "Esta conversación se ha cerrado",
    returned: "Vuelves a hablar con el asistente",
    secret_removed: "Se eliminó algo secreto de tu mensaje",
    assistant_unavailable: "El asistente no puede responder ahora",
    waiting_for_assistant: "Tu mensaje queda guardado hasta que el asistente esté listo",
  },
  agentJoined: (name) => `${name} se unió a la conversación`,
  agentLeft: (name) => `${name} salió de la conversación`,
  redacted: (what) => `Eliminado antes de que nadie pudiera leerlo: ${what}`,
  secrets: {
    seed_phrase: "una frase semilla",
    private_key: "una clave privada",
    password: "una contraseña",
    card_number: "un número de tarjeta",
    api_secret: "un secreto de API",
    one_time_code: "un código de un solo uso",
    identity_number: "un número de documento de identidad",
  },
  secretOther: "algo secreto",
  newMessages: "Mensajes nuevos",
};
