// What the page itself says, in three languages. Words of the bot come from the bot.

import { fill } from "./dom.js";

const WORDS = {
  en: {
    offline: "Cut the network", online: "Network back", no_network: "No network on this phone", waiting: "Waiting to be sent: {n}", menu: "Menu of the phone",
    speed: "×{n}", link_foreign: "A link for Telegram itself; this phone does not follow it.",
    rehearsal: "Rehearsal", clock: "Mission clock", hold: "Hold", resume: "Resume", plus15: "+15 min", to20: "Go to 20:00",
    realtime: "Normal pace", pace: "Pace", held: "held", bot: "Bot", running: "running", stopped: "stopped",
    kill: "Kill", start_bot: "Start", restart: "Restart", what: "What to try", language: "Language", add_phone: "Add a phone",
    remove_phone: "Remove this phone", phones: "Phones", find_person: "Find a person", people: "People",
    stranger: "A stranger", stranger_hint: "Nobody the mission knows", add: "Add", cancel: "Cancel",
    close: "Close", ok: "OK", nobody: "Nobody found", choose_member: "Whose phone?", messages: "Messages: {name}",
    write: "Message", send: "Send", attach: "Attach a file", location: "Send a location", commands: "Commands", keyboard: "Buttons of the bot",
    start: "Start", empty: "Nothing here yet.", empty_group: "Nothing was said in this group yet.", edited: "edited", edit: "Edit", reply: "Reply",
    editing: "Editing", replying: "Reply to {name}", new: "{n} new", to_end: "To the newest message",
    pinned: "Pinned message", typing: "is writing…", spoiler: "Hidden text: show", fold: "Show less", unfold: "Show more", photo: "Photo",
    voice: "Voice message", video: "Video", document: "File", sticker: "Sticker", contact: "Contact", poll: "Poll", place: "Place", live: "Live location",
    unsupported: "This phone can't show this.", forwarded: "Forwarded from {name}", you: "You", block: "Block the bot", unblock: "Unblock the bot",
    blocked: "The bot is blocked on this phone.", more: "More", where: "Where is this person?", exact: "At the place", near: "About 80 m away",
    far: "About 2 km away", how_near: "How near", latitude: "Latitude", longitude: "Longitude", accuracy: "Accuracy, metres", share: "Share location",
    places: "Known places", or_typed: "Or by numbers", metres: "{n} m", km: "{n} km",
    lost: "No connection to the stage. Trying again…", back: "Connected again.", failed: "Did not work: {why}",
    preparing: "The mission is being prepared…", no_phones: "Add a phone to begin.", local_time: "Local time", copied: "Copied", group: "group", chats: "Chats",
    svc_pinned: "{name} pinned a message", svc_joined: "{who} joined", svc_left: "{who} left", svc_title: "The group is now called “{title}”",
    svc_migrated: "The group was upgraded", svc_topic: "Topic: {title}", svc_other: "Something changed in the group",
    need_lat: "Numbers, please: latitude −90…90, longitude −180…180.",
  },
  ru: {
    offline: "Отключить сеть", online: "Включить сеть", no_network: "На этом телефоне нет сети", waiting: "Ждут отправки: {n}", menu: "Меню телефона",
    speed: "×{n}", link_foreign: "Это ссылка для самого Telegram; здесь она не открывается.",
    rehearsal: "Репетиция", clock: "Часы миссии", hold: "Остановить", resume: "Пустить", plus15: "+15 мин", to20: "К 20:00",
    realtime: "Обычный ход", pace: "Ход", held: "стоят", bot: "Бот", running: "работает", stopped: "остановлен",
    kill: "Убить", start_bot: "Запустить", restart: "Перезапустить", what: "Что попробовать", language: "Язык", add_phone: "Добавить телефон",
    remove_phone: "Убрать этот телефон", phones: "Телефоны", find_person: "Найти человека", people: "Люди",
    stranger: "Посторонний", stranger_hint: "Миссия его не знает", add: "Добавить", cancel: "Отмена",
    close: "Закрыть", ok: "ОК", nobody: "Никого не нашлось", choose_member: "Чей телефон?", messages: "Сообщения: {name}",
    write: "Сообщение", send: "Отправить", attach: "Прикрепить файл", location: "Отправить место", commands: "Команды", keyboard: "Кнопки бота",
    start: "Начать", empty: "Здесь пока ничего нет.", empty_group: "В этой группе ещё ничего не сказано.", edited: "изменено", edit: "Изменить", reply: "Ответить",
    editing: "Правка", replying: "Ответ: {name}", new: "Новых: {n}", to_end: "К последнему сообщению",
    pinned: "Закреплённое сообщение", typing: "печатает…", spoiler: "Скрытый текст: показать", fold: "Свернуть", unfold: "Показать полностью", photo: "Фото",
    voice: "Голосовое сообщение", video: "Видео", document: "Файл", sticker: "Стикер", contact: "Контакт", poll: "Опрос", place: "Место", live: "Место в реальном времени",
    unsupported: "Этот телефон такого не показывает.", forwarded: "Переслано от: {name}", you: "Вы", block: "Заблокировать бота", unblock: "Разблокировать бота",
    blocked: "На этом телефоне бот заблокирован.", more: "Ещё", where: "Где находится этот человек?", exact: "На месте", near: "Метрах в 80",
    far: "Километрах в двух", how_near: "Насколько близко", latitude: "Широта", longitude: "Долгота", accuracy: "Точность, метров", share: "Отправить место",
    places: "Известные места", or_typed: "Или числами", metres: "{n} м", km: "{n} км",
    lost: "Нет связи со сценой. Пробуем снова…", back: "Связь восстановлена.", failed: "Не получилось: {why}",
    preparing: "Миссия готовится…", no_phones: "Добавьте телефон, чтобы начать.", local_time: "Местное время", copied: "Скопировано", group: "группа", chats: "Чаты",
    svc_pinned: "{name}: сообщение закреплено", svc_joined: "В группе: {who}", svc_left: "Больше не в группе: {who}", svc_title: "Группа теперь называется «{title}»",
    svc_migrated: "Группа преобразована", svc_topic: "Тема: {title}", svc_other: "В группе что-то изменилось",
    need_lat: "Нужны числа: широта −90…90, долгота −180…180.",
  },
  kk: {
    offline: "Желіні өшіру", online: "Желіні қосу", no_network: "Бұл телефонда желі жоқ", waiting: "Жіберуді күтіп тұр: {n}", menu: "Телефон мәзірі",
    speed: "×{n}", link_foreign: "Бұл Telegram-ның өз сілтемесі; мұнда ашылмайды.",
    rehearsal: "Дайындық", clock: "Миссия сағаты", hold: "Тоқтату", resume: "Жүргізу", plus15: "+15 мин", to20: "20:00-ге өту",
    realtime: "Қалыпты жүріс", pace: "Жүріс", held: "тоқтап тұр", bot: "Бот", running: "жұмыс істеп тұр", stopped: "тоқтатылған",
    kill: "Өшіру", start_bot: "Іске қосу", restart: "Қайта қосу", what: "Нені байқап көруге болады", language: "Тіл", add_phone: "Телефон қосу",
    remove_phone: "Бұл телефонды алып тастау", phones: "Телефондар", find_person: "Адамды іздеу", people: "Адамдар",
    stranger: "Бөгде адам", stranger_hint: "Миссия оны танымайды", add: "Қосу", cancel: "Бас тарту",
    close: "Жабу", ok: "Жарайды", nobody: "Ешкім табылмады", choose_member: "Кімнің телефоны?", messages: "Хабарламалар: {name}",
    write: "Хабарлама", send: "Жіберу", attach: "Файл тіркеу", location: "Орынды жіберу", commands: "Пәрмендер", keyboard: "Бот түймелері",
    start: "Бастау", empty: "Әзірге ештеңе жоқ.", empty_group: "Бұл топта әлі ештеңе айтылған жоқ.", edited: "өзгертілген", edit: "Өзгерту", reply: "Жауап беру",
    editing: "Өңдеу", replying: "Жауап: {name}", new: "Жаңа: {n}", to_end: "Соңғы хабарламаға",
    pinned: "Бекітілген хабарлама", typing: "жазып жатыр…", spoiler: "Жасырын мәтін: көрсету", fold: "Жинау", unfold: "Толық көрсету", photo: "Сурет",
    voice: "Дауыстық хабарлама", video: "Бейне", document: "Файл", sticker: "Стикер", contact: "Байланыс", poll: "Сауалнама", place: "Орын", live: "Орын (тікелей)",
    unsupported: "Бұл телефон мұны көрсете алмайды.", forwarded: "Қайта жіберген: {name}", you: "Сіз", block: "Ботты бұғаттау", unblock: "Бұғаттан шығару",
    blocked: "Бұл телефонда бот бұғатталған.", more: "Тағы", where: "Бұл адам қайда?", exact: "Дәл орнында", near: "Шамамен 80 м жерде",
    far: "Шамамен 2 км жерде", how_near: "Қаншалықты жақын", latitude: "Ендік", longitude: "Бойлық", accuracy: "Дәлдігі, метр", share: "Орынды жіберу",
    places: "Белгілі орындар", or_typed: "Немесе сандармен", metres: "{n} м", km: "{n} км",
    lost: "Сахнамен байланыс жоқ. Қайта көрудеміз…", back: "Байланыс қалпына келді.", failed: "Болмады: {why}",
    preparing: "Миссия дайындалып жатыр…", no_phones: "Бастау үшін телефон қосыңыз.", local_time: "Жергілікті уақыт", copied: "Көшірілді", group: "топ", chats: "Чаттар",
    svc_pinned: "{name}: хабарлама бекітілді", svc_joined: "Топқа қосылды: {who}", svc_left: "Топтан шықты: {who}", svc_title: "Топтың жаңа атауы: «{title}»",
    svc_migrated: "Топ жаңартылды", svc_topic: "Тақырып: {title}", svc_other: "Топта бірдеңе өзгерді",
    need_lat: "Сандар керек: ендік −90…90, бойлық −180…180.",
  },
};

export const LANGUAGES = { en: "English", ru: "Русский", kk: "Қазақша" };

/** The language of the page: ?lang=, else the browser's, else English. */
export const language = (() => {
  const asked = [new URLSearchParams(location.search).get("lang"), ...(navigator.languages ?? [navigator.language])];
  for (const one of asked) {
    const short = String(one ?? "").slice(0, 2).toLowerCase();
    if (Object.hasOwn(WORDS, short)) return short;
  }
  return "en";
})();

/** One phrase of the page, its places filled. */
export const t = (key, values) => fill(WORDS[language][key] ?? WORDS.en[key] ?? key, values);
