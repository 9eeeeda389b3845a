/*
 * Words whose meaning depends on when they are said, in the languages of the interface's first users. Better too many:
 * a question too much that is asked anew costs little.
 */
const words = [
  'today|tonight|tomorrow|yesterday|now|nowadays|current|currently|latest|newest|recent|recently|presently|todays|so far',
  'this (?:hour|morning|afternoon|evening|week|weekend|month|quarter|year|season)|(?:last|next|past|coming) (?:hour|night|week|weekend|month|quarter|year|few|\\d+)',
  '(?:at the|this) (?:moment|time|minute)|what time|what day|what date|the time is it|up[- ]to[- ]date|breaking news|news|weather|forecast|live score|stock price|share price|exchange rate|(?:minutes?|hours?|days?|weeks?|months?|years?) ago|in real time|real-time|still (?:alive|open|available)|as of',
  'heute|heutige[nrsm]?|gestern|morgen|jetzt|gerade|aktuell|aktuelle[nrsm]?|derzeit|momentan|zurzeit|neueste[nrsm]?|letzte[nrsm]? (?:woche|nacht)|wie spät|uhrzeit|wetter|nachrichten',
  "aujourd'hui|aujourd’hui|hier|demain|maintenant|actuellement|actuel|actuelle|récent|récente|récemment|en ce moment|quelle heure|météo|actualités",
  'hoy|ayer|mañana|ahora|actual|actualmente|último|última|últimos|últimas|reciente|recientes|qué hora|noticias|el tiempo',
  'oggi|ieri|domani|adesso|attuale|attualmente|recente|che ora|notizie|hoje|ontem|amanhã|agora|atual|atualmente|vandaag|gisteren|nu|huidige|nieuws',
].join('|');
const westernTimeWords = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${words})(?![\\p{L}\\p{N}_])`, 'iu');
const otherTimeWords =
  /今天|今日|现在|目前|昨天|昨日|明天|明日|最新|最近|現在|今すぐ|오늘|지금|현재|어제|내일|сегодня|вчера|завтра|сейчас|теперь|последн|новости|اليوم|الآن|أمس|غدا|आज|अभी/iu;

/** Whether what `text` asks for may be another thing tomorrow. */
export function dependsOnTime(text: string): boolean {
  return westernTimeWords.test(text) || otherTimeWords.test(text);
}
