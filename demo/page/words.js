// What the page itself says, in three languages. Words of the bot come from the bot.

import { fill } from "./dom.js";

const WORDS = {
  en: {
    offline: "Cut the network", online: "Network back", no_network: "No network on this phone", waiting: "Waiting to be sent: {n}", menu: "Menu of the phone",
    speed: "×{n}", link_foreign: "A link for Telegram itself; this phone does not follow it.",
    rehearsal: "Rehearsal", clock: "Mission clock", hold: "Hold", resume: "Resume", 
    pace: "Pace", held: "held", bot: "Bot", running: "running", stopped: "stopped",
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
    bring: "Bring the bot into the group", put_out: "Put the bot out of the group",
    blocked: "The bot is blocked on this phone.", more: "More", where: "Where is this person?", exact: "At the place", near: "About 80 m away",
    far: "About 2 km away", how_near: "How near", latitude: "Latitude", longitude: "Longitude", accuracy: "Accuracy, metres", share: "Share location",
    places: "Known places", or_typed: "Or by numbers", metres: "{n}\u00a0m", km: "{n}\u00a0km",
    lost: "No connection to the stage. Trying again…", back: "Connected again.", failed: "Did not work: {why}",
    preparing: "The mission is being prepared…", no_phones: "Add a phone to begin.", local_time: "Local time", copied: "Copied", group: "group", chats: "Chats",
    svc_pinned: "{name} pinned a message", svc_joined: "{who} joined", svc_left: "{who} left", svc_title: "The group is now called “{title}”",
    svc_migrated: "The group was upgraded", svc_topic: "Topic: {title}", svc_other: "Something changed in the group",
    need_lat: "Numbers, please: latitude −90…90, longitude −180…180.",
    go_to: "Go to", go_to_hour: "Hour to go to, such as 20:00", plus5: "+5 min", plus60: "+1 h", clock_now: "The clock shows {at}.", realtime: "Real time", inside: "Inside",
    starts: "starts: {n}", not_fetched: "not fetched: {n}", busy: "at work", weather: "Telegram", weather_of: "How Telegram is for the bot", weather_fine: "fine", weather_slow: "slow",
    weather_429: "asks to wait (429)", weather_5xx: "fails (502)", weather_lost: "answers lost", weather_refused: "cuts connections",
    weather_dark: "not there", office_outbox: "Outbox", office_inbox: "Inbox", office_doubt: "In doubt", office_coming: "Comes next",
    office_calls: "Requests", and_more: "{names} and {n} more", meetings_n: "meetings: {n}", waits_for_somebody: "waits for somebody",
    due_digest: "Digest", due_reminder: "Reminder", due_eve: "Tomorrow's programme", due_asked: "Question: all right?", due_leader: "Alarm to the team leader",
    due_coordinator: "Alarm to the coordinators", due_unaccounted: "Unaccounted for", due_log: "Question for the log", due_notice: "Notice of a change",
    due_group: "Notice of a change in a group", due_receipt: "Receipt of a change", due_announcement: "Announcement", due_approval: "Announcement to approve", due_paused: "Announcement, paused", nothing_there: "Nothing.", state_queued: "waits", state_sending: "on its way", state_sent: "sent",
    state_in_doubt: "in doubt", state_refused: "refused", state_open: "open", state_done: "done", state_parked: "parked",
    by_clock: "No update caused this letter: the clock did, or the command line.", caused_by: "Letter {n} was caused by this update:",
    its_letters: "Letters caused by it: {n}", update: "Update", fact_kind: "kind", fact_policy: "in doubt", fact_state: "state", fact_attempts: "attempts", fact_queued_at: "written", fact_due_at: "due", fact_settled_at: "settled", fact_error: "error", fact_gist: "words", slow_network: "Slow network on this phone", slow: "Slow the network",
    quick: "Normal network", not_sent_yet: "Not sent yet", scene: "Scene", play: "Play", pause: "Pause", step: "Step",
    scene_over: "The scene is over. The stage is yours.", deleted: "deleted message", topic: "Topic", general: "General", new_topic: "New topic", new_group: "New group", group_title: "Name of the group", members: "Members", forum: "With topics", bot_member: "a member", bot_administrator: "an administrator",
    role_observer: "observer", role_team_leader: "team leader", role_coordinator: "coordinator", role_head_of_mission: "head of mission", do_start: "presses Start", do_say: "writes", do_tap: "taps",
    do_location: "sends a location", do_photo: "sends a photo", do_file: "sends a file", do_voice: "sends a voice message",
    do_edit: "changes the last message to", do_offline: "has no network", do_block: "blocks the bot", do_clock: "the clock goes to",
    do_pace: "the clock runs at", do_hold: "the clock stands", do_bot: "the bot", do_weather: "Telegram is", do_wait: "seconds pass", do_bring: "brings the bot into the group",
  },
  ru: {
    offline: "Отключить сеть", online: "Включить сеть", no_network: "На этом телефоне нет сети", waiting: "Ждут отправки: {n}", menu: "Меню телефона",
    speed: "×{n}", link_foreign: "Это ссылка для самого Telegram; здесь она не открывается.",
    rehearsal: "Репетиция", clock: "Часы миссии", hold: "Остановить", resume: "Пустить", 
    pace: "Ход", held: "стоят", bot: "Бот", running: "работает", stopped: "остановлен",
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
    bring: "Позвать бота в группу", put_out: "Убрать бота из группы",
    blocked: "На этом телефоне бот заблокирован.", more: "Ещё", where: "Где находится этот человек?", exact: "На месте", near: "Метрах в 80",
    far: "Километрах в двух", how_near: "Насколько близко", latitude: "Широта", longitude: "Долгота", accuracy: "Точность, метров", share: "Отправить место",
    places: "Известные места", or_typed: "Или числами", metres: "{n}\u00a0м", km: "{n}\u00a0км",
    lost: "Нет связи со сценой. Пробуем снова…", back: "Связь восстановлена.", failed: "Не получилось: {why}",
    preparing: "Миссия готовится…", no_phones: "Добавьте телефон, чтобы начать.", local_time: "Местное время", copied: "Скопировано", group: "группа", chats: "Чаты",
    svc_pinned: "{name}: сообщение закреплено", svc_joined: "В группе: {who}", svc_left: "Больше не в группе: {who}", svc_title: "Группа теперь называется «{title}»",
    svc_migrated: "Группа преобразована", svc_topic: "Тема: {title}", svc_other: "В группе что-то изменилось",
    need_lat: "Нужны числа: широта −90…90, долгота −180…180.",
    go_to: "Перейти", go_to_hour: "К какому часу перейти, например 20:00", plus5: "+5 мин", plus60: "+1 ч", clock_now: "На часах {at}.", realtime: "Настоящее время", inside: "Внутри",
    starts: "запусков: {n}", not_fetched: "не забрано: {n}", busy: "работает", weather: "Telegram", weather_of: "Каков Telegram для бота", weather_fine: "в порядке",
    weather_slow: "медленный", weather_429: "просит подождать (429)", weather_5xx: "сбоит (502)", weather_lost: "ответы теряются",
    weather_refused: "рвёт соединения", weather_dark: "недоступен", office_outbox: "Исходящие", office_inbox: "Входящие",
    office_doubt: "Под вопросом", office_coming: "Впереди", office_calls: "Запросы", and_more: "{names} и ещё {n}", meetings_n: "встреч: {n}", waits_for_somebody: "ждёт решения",
    due_digest: "Сводка", due_reminder: "Напоминание", due_eve: "Программа на завтра", due_asked: "Вопрос: всё ли в порядке?", due_leader: "Тревога руководителю команды",
    due_coordinator: "Тревога координаторам", due_unaccounted: "Не вышел на связь", due_log: "Вопрос о записи встречи", due_notice: "Уведомление об изменении",
    due_group: "Уведомление об изменении в группу", due_receipt: "Отчёт об изменении", due_announcement: "Объявление", due_approval: "Объявление на одобрении", due_paused: "Объявление на паузе", nothing_there: "Пусто.", state_queued: "ждёт",
    state_sending: "в пути", state_sent: "отправлено", state_in_doubt: "под вопросом", state_refused: "отказано", state_open: "открыто",
    state_done: "готово", state_parked: "отложено", by_clock: "Это письмо вызвано не обновлением, а часами или командной строкой.",
    caused_by: "Письмо {n} вызвано этим обновлением:", its_letters: "Вызванных им писем: {n}", update: "Обновление", fact_kind: "вид", fact_policy: "при сомнении", fact_state: "состояние", fact_attempts: "попыток", fact_queued_at: "написано", fact_due_at: "срок", fact_settled_at: "закончено", fact_error: "ошибка", fact_gist: "слова",
    slow_network: "На этом телефоне медленная сеть", slow: "Замедлить сеть", quick: "Обычная сеть", not_sent_yet: "Ещё не отправлено", scene: "Сцена",
    play: "Играть", pause: "Пауза", step: "Шаг", scene_over: "Сцена сыграна. Дальше — вы.", deleted: "сообщение удалено", topic: "Тема", general: "Общее", new_topic: "Новая тема", new_group: "Новая группа", group_title: "Название группы", members: "Участники", forum: "С темами", bot_member: "участник", bot_administrator: "администратор",
    role_observer: "наблюдатель", role_team_leader: "руководитель команды", role_coordinator: "координатор", role_head_of_mission: "руководитель миссии", do_start: "нажимает «Начать»", do_say: "пишет",
    do_tap: "нажимает", do_location: "отправляет место", do_photo: "отправляет фото", do_file: "отправляет файл", do_voice: "отправляет голосовое",
    do_edit: "меняет последнее сообщение на", do_offline: "без сети", do_block: "блокирует бота", do_clock: "часы переходят на", do_pace: "ход часов",
    do_hold: "часы стоят", do_bot: "бот", do_weather: "Telegram", do_wait: "проходит секунд", do_bring: "зовёт бота в группу",
  },
  kk: {
    offline: "Желіні өшіру", online: "Желіні қосу", no_network: "Бұл телефонда желі жоқ", waiting: "Жіберуді күтіп тұр: {n}", menu: "Телефон мәзірі",
    speed: "×{n}", link_foreign: "Бұл Telegram-ның өз сілтемесі; мұнда ашылмайды.",
    rehearsal: "Дайындық", clock: "Миссия сағаты", hold: "Тоқтату", resume: "Жүргізу", 
    pace: "Жүріс", held: "тоқтап тұр", bot: "Бот", running: "жұмыс істеп тұр", stopped: "тоқтатылған",
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
    bring: "Ботты топқа қосу", put_out: "Ботты топтан шығару",
    blocked: "Бұл телефонда бот бұғатталған.", more: "Тағы", where: "Бұл адам қайда?", exact: "Дәл орнында", near: "Шамамен 80 м жерде",
    far: "Шамамен 2 км жерде", how_near: "Қаншалықты жақын", latitude: "Ендік", longitude: "Бойлық", accuracy: "Дәлдігі, метр", share: "Орынды жіберу",
    places: "Белгілі орындар", or_typed: "Немесе сандармен", metres: "{n}\u00a0м", km: "{n}\u00a0км",
    lost: "Сахнамен байланыс жоқ. Қайта көрудеміз…", back: "Байланыс қалпына келді.", failed: "Болмады: {why}",
    preparing: "Миссия дайындалып жатыр…", no_phones: "Бастау үшін телефон қосыңыз.", local_time: "Жергілікті уақыт", copied: "Көшірілді", group: "топ", chats: "Чаттар",
    svc_pinned: "{name}: хабарлама бекітілді", svc_joined: "Топқа қосылды: {who}", svc_left: "Топтан шықты: {who}", svc_title: "Топтың жаңа атауы: «{title}»",
    svc_migrated: "Топ жаңартылды", svc_topic: "Тақырып: {title}", svc_other: "Топта бірдеңе өзгерді",
    need_lat: "Сандар керек: ендік −90…90, бойлық −180…180.",
    go_to: "Өту", go_to_hour: "Қай сағатқа өту керек, мысалы 20:00", plus5: "+5 мин", plus60: "+1 сағ", clock_now: "Сағат {at} көрсетіп тұр.", realtime: "Нақты уақыт", inside: "Ішкі көрініс",
    starts: "іске қосылуы: {n}", not_fetched: "алынбағаны: {n}", busy: "жұмыста", weather: "Telegram", weather_of: "Бот үшін Telegram қандай", weather_fine: "қалыпты", weather_slow: "баяу",
    weather_429: "күтуді сұрайды (429)", weather_5xx: "істен шығады (502)", weather_lost: "жауаптар жоғалады", weather_refused: "байланысты үзеді",
    weather_dark: "қолжетімсіз", office_outbox: "Шығыс", office_inbox: "Кіріс", office_doubt: "Күмәнді", office_coming: "Алда",
    office_calls: "Сұраулар", and_more: "{names} және тағы {n}", meetings_n: "кездесу: {n}", waits_for_somebody: "шешім күтуде",
    due_digest: "Жиынтық", due_reminder: "Еске салу", due_eve: "Ертеңгі бағдарлама", due_asked: "Сұрақ: бәрі жақсы ма?", due_leader: "Топ жетекшісіне дабыл",
    due_coordinator: "Үйлестірушілерге дабыл", due_unaccounted: "Байланысқа шықпады", due_log: "Кездесу жазбасы туралы сұрақ", due_notice: "Өзгеріс туралы хабарлама",
    due_group: "Топқа өзгеріс туралы хабарлама", due_receipt: "Өзгеріс туралы есеп", due_announcement: "Хабарландыру", due_approval: "Мақұлдауды күткен хабарландыру", due_paused: "Кідіртілген хабарландыру", nothing_there: "Бос.", state_queued: "күтуде", state_sending: "жолда", state_sent: "жіберілді",
    state_in_doubt: "күмәнді", state_refused: "қабылданбады", state_open: "ашық", state_done: "дайын", state_parked: "кейінге қалды",
    by_clock: "Бұл хатты жаңарту емес, сағат не пәрмен жолы тудырды.", caused_by: "{n}-хатты мына жаңарту тудырды:",
    its_letters: "Ол тудырған хаттар: {n}", update: "Жаңарту", fact_kind: "түрі", fact_policy: "күмәнді болса", fact_state: "күйі", fact_attempts: "әрекет саны", fact_queued_at: "жазылды", fact_due_at: "мерзімі", fact_settled_at: "аяқталды", fact_error: "қате", fact_gist: "сөздері", slow_network: "Бұл телефонда желі баяу", slow: "Желіні баяулату",
    quick: "Қалыпты желі", not_sent_yet: "Әлі жіберілген жоқ", scene: "Көрініс", play: "Ойнату", pause: "Кідірту", step: "Қадам",
    scene_over: "Көрініс аяқталды. Енді сахна сіздікі.", deleted: "хабарлама жойылды", topic: "Тақырып", general: "Жалпы", new_topic: "Жаңа тақырып", new_group: "Жаңа топ", group_title: "Топтың атауы", members: "Мүшелер", forum: "Тақырыптары бар", bot_member: "мүше", bot_administrator: "әкімші",
    role_observer: "байқаушы", role_team_leader: "топ жетекшісі", role_coordinator: "үйлестіруші", role_head_of_mission: "миссия жетекшісі", do_start: "«Бастау» түймесін басады", do_say: "жазады", do_tap: "басады",
    do_location: "орнын жібереді", do_photo: "сурет жібереді", do_file: "файл жібереді", do_voice: "дауыстық хабарлама жібереді",
    do_edit: "соңғы хабарламасын өзгертеді", do_offline: "желісіз", do_block: "ботты бұғаттайды", do_clock: "сағат мынаған өтеді",
    do_pace: "сағат жүрісі", do_hold: "сағат тоқтап тұр", do_bot: "бот", do_weather: "Telegram", do_wait: "секунд өтеді", do_bring: "ботты топқа қосады",
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

/** Words of a scene: in the page's language if they are given by language. */
export const inWords = (value) => (value && typeof value === "object" && !Array.isArray(value) ? (value[language] ?? value.en ?? Object.values(value)[0]) : value);

/** What a person is, in the page's language: "observer, Team 1". */
export function roleOf(person) {
  const known = person.is && WORDS[language][`role_${person.is}`];
  return known ? [known, person.team].filter(Boolean).join(", ") : (person.role === "stranger" ? t("stranger") : (person.role ?? ""));
}
