/*
 * What the guards know of words. English first; a few words of the interface's other languages. A word too much costs
 * a hit, a word too few an error, so lists are generous.
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);
const pairs = (text: string): readonly (readonly [string, string])[] =>
  words(text).map((pair) => {
    const [one = '', other = ''] = pair.split('/');
    return [one, other] as const;
  });

/** Words that turn a sentence round. */
export const negations = new Set(
  words(`not no never none nobody nothing nowhere neither nor without cannot cant dont doesnt didnt isnt arent wasnt
    werent wont wouldnt shouldnt couldnt hasnt havent hadnt aint lack lacks lacking fail fails refuse
    nicht kein keine keinen keiner keinem nie niemals ohne nichts weder ne pas jamais sans aucun rien
    sin nunca jamás ningún ninguna nada non mai senza não nem sem niet geen nooit zonder`),
);

/** Opposites: one text with the first and another with the second do not ask the same. */
export const antonyms = pairs(`
  increase/decrease increase/reduce raise/lower rise/fall up/down high/low higher/lower highest/lowest upper/lower
  maximum/minimum max/min maximize/minimize maximise/minimise most/least more/less more/fewer best/worst better/worse
  good/bad pro/con advantage/disadvantage benefit/drawback benefit/risk strength/weakness positive/negative
  large/small larger/smaller largest/smallest big/small bigger/smaller biggest/smallest biggest/littlest long/short
  longer/shorter longest/shortest tall/short taller/shorter tallest/shortest wide/narrow thick/thin deep/shallow
  deepest/shallowest heavy/light heavier/lighter heaviest/lightest fast/slow faster/slower fastest/slowest quick/slow
  near/far nearest/farthest closest/farthest hot/cold hotter/colder hottest/coldest warm/cool warmer/cooler
  wet/dry hard/soft hard/easy difficult/easy harder/easier hardest/easiest strong/weak stronger/weaker rich/poor
  old/new older/newer oldest/newest old/young older/younger oldest/youngest early/late earlier/later earliest/latest
  first/last before/after previous/next begin/end start/stop start/end start/finish open/close opening/closing on/off
  enable/disable enabled/disabled allow/deny allow/block allow/forbid permit/forbid accept/reject accept/decline
  add/remove add/subtract add/delete create/delete create/destroy insert/delete install/remove install/uninstall
  import/export upload/download push/pull push/pop send/receive encode/decode encrypt/decrypt compress/decompress
  serialize/deserialize marshal/unmarshal mount/unmount lock/unlock load/unload save/discard save/spend read/write
  input/output in/out inside/outside internal/external inner/outer include/exclude including/excluding with/without
  buy/sell purchase/sell borrow/lend lend/borrow rent/own win/lose gain/lose profit/loss import/exports debit/credit
  asset/liability income/expense supply/demand employer/employee teacher/student doctor/patient parent/child
  mother/father son/daughter brother/sister husband/wife king/queen male/female man/woman boy/girl buyer/seller
  left/right top/bottom above/below over/under front/back forward/backward ascending/descending horizontal/vertical
  north/south east/west northern/southern eastern/western sunrise/sunset day/night winter/summer morning/evening
  true/false yes/no same/different similar/different equal/unequal common/rare always/never all/none everything/nothing
  public/private static/dynamic mutable/immutable sync/async synchronous/asynchronous local/remote local/global
  client/server frontend/backend server/client horizontal/vertical serial/parallel odd/even acid/base solid/liquid
  divide/multiply multiply/divide sum/difference plus/minus integrate/differentiate derivative/integral
  attack/defend love/hate like/dislike agree/disagree safe/dangerous legal/illegal lawful/unlawful alive/dead
  birth/death born/die born/died arrive/depart arrival/departure enter/exit enter/leave login/logout join/leave
  connect/disconnect attach/detach follow/unfollow subscribe/unsubscribe show/hide visible/hidden expand/collapse
  freeze/thaw melt/freeze boil/freeze evaporate/condense gain/loss upgrade/downgrade promote/demote hire/fire
  deposit/withdraw withdraw/deposit lend/repay cause/effect cause/prevent cause/cure symptom/cure prevent/treat
  mehr/weniger groß/klein größte/kleinste hoch/niedrig vorteil/nachteil vorteile/nachteile kaufen/verkaufen
  öffnen/schließen ein/aus vor/nach heiß/kalt schnell/langsam importieren/exportieren plus/moins grand/petit
  acheter/vendre avantage/inconvénient mayor/menor comprar/vender ventaja/desventaja`);

/** Before a word they make its opposite: legal and illegal, pack and unpack. */
export const oppositePrefixes = ['un', 'in', 'im', 'il', 'ir', 'dis', 'de', 'non', 'anti', 'mis', 'under', 'over', 'a'];

export const numberWords: ReadonlyMap<string, string> = new Map(
  words(`zero=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 thirteen=13
    fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 nineteen=19 twenty=20 thirty=30 forty=40 fifty=50
    sixty=60 seventy=70 eighty=80 ninety=90 hundred=100 thousand=1000 million=1e6 billion=1e9 trillion=1e12 dozen=12
    first=1 second=2 third=3 fourth=4 fifth=5 sixth=6 seventh=7 eighth=8 ninth=9 tenth=10 half=0.5 quarter=0.25
    twice=2 double=2 triple=3 single=1 once=1 thrice=3 couple=2 pair=2 quadruple=4
    eins=1 zwei=2 drei=3 vier=4 fünf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10 hundert=100 tausend=1000 erste=1 zweite=2
    dritte=3 deux=2 trois=3 quatre=4 cinq=5 sept=7 huit=8 neuf=9 dix=10 cent=100 mille=1000 dos=2 tres=3 cuatro=4
    cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10`).map((row) => {
    const [word = '', value = ''] = row.split('=');
    return [word, value];
  }),
);

/** Units by their short name; each word stands for the first of its row. */
export const units: ReadonlyMap<string, string> = new Map(
  [
    'mm millimeter millimetre',
    'cm centimeter centimetre',
    'metre meter',
    'km kilometer kilometre kms',
    'inch inches',
    'foot feet ft',
    'yard yd',
    'mile mi',
    'mg milligram milligramme',
    'gram g gramme',
    'kg kilo kilogram kilogramme kgs',
    'tonne ton tons',
    'ounce oz',
    'pound lb lbs',
    'ml milliliter millilitre',
    'liter litre',
    'gallon gal',
    'cup',
    'tablespoon tbsp',
    'teaspoon tsp',
    'ms millisecond',
    'sec seconds secs',
    'minute min mins',
    'hour hr hrs',
    'day',
    'week',
    'month',
    'year yr yrs',
    'decade',
    'century centuries',
    'celsius centigrade ℃',
    'fahrenheit ℉',
    'kelvin',
    'bit',
    'byte',
    'kb kilobyte kib',
    'mb megabyte mib',
    'gb gigabyte gib',
    'tb terabyte tib',
    'hz hertz',
    'mhz megahertz',
    'ghz gigahertz',
    'watt',
    'kw kilowatt',
    'kwh',
    'volt',
    'ampere amp',
    'joule',
    'calorie cal kcal',
    'kmh kph km/h',
    'mph',
    'percent % percentage pct',
    'dollar $ usd',
    'euro € eur',
    'sterling £ gbp quid',
    'yen ¥ jpy',
    'rupee ₹ inr',
    'franc chf',
    'acre',
    'hectare ha',
    'degree °',
    'radian',
  ].flatMap((row) => {
    const [unit = '', ...others] = row.split(' ');
    return [unit, ...others].flatMap((word) => [[word, unit] as const, [`${word}s`, unit] as const]);
  }),
);

/** What people write without capitals although it is a name; two texts must have the same ones. */
export const names = new Set(
  words(`afghanistan albania algeria argentina australia austria bangladesh belgium bolivia brazil bulgaria cambodia
    cameroon canada chile china colombia croatia cuba cyprus czechia denmark ecuador egypt england estonia ethiopia finland
    france germany ghana greece hungary iceland india indonesia iran iraq ireland israel italy jamaica japan jordan
    kazakhstan kenya korea kuwait laos latvia lebanon libya lithuania luxembourg malaysia malta mexico mongolia morocco
    nepal netherlands nigeria norway pakistan panama paraguay peru philippines poland portugal qatar romania russia
    scotland senegal serbia singapore slovakia slovenia somalia spain sudan sweden switzerland syria taiwan tanzania
    thailand tunisia turkey uganda ukraine uruguay usa america venezuela vietnam wales yemen zambia zimbabwe europe asia
    africa antarctica oceania uk eu
    london paris berlin madrid rome vienna lisbon dublin oslo stockholm copenhagen helsinki warsaw prague budapest athens
    amsterdam brussels zurich geneva munich hamburg frankfurt barcelona milan moscow kyiv istanbul cairo lagos nairobi
    tokyo osaka seoul beijing shanghai delhi mumbai sydney melbourne toronto vancouver montreal chicago boston seattle
    texas california florida york angeles francisco washington
    american british english french german spanish italian portuguese dutch swedish norwegian danish finnish polish
    russian ukrainian turkish arabic hebrew greek chinese japanese korean hindi indian mexican canadian australian latin
    deutschland frankreich spanien italien österreich schweiz allemagne espagne italie angleterre alemania francia españa
    monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december christmas easter
    mercury venus earth mars jupiter saturn uranus neptune pluto sun moon
    red green blue yellow black white orange purple pink brown grey gray
    hydrogen helium lithium carbon nitrogen oxygen sodium iron copper silver gold zinc lead mercury uranium aluminium
    python java javascript typescript rust golang ruby php swift kotlin scala perl haskell elixir clojure bash sql html
    css json yaml xml csv react vue angular svelte django flask rails spring node deno bun linux windows macos ubuntu
    debian android ios docker kubernetes postgres postgresql mysql sqlite mongodb redis kafka aws azure gcp git github
    gitlab google apple microsoft amazon facebook meta netflix twitter tesla openai anthropic
    cat dog horse cow sheep goat pig chicken lion tiger bear wolf fox whale shark eagle
    apple banana lemon grape potato tomato onion rice bread milk coffee tea beer wine whisky butter oil
    copper bronze steel plastic wood paper cotton wool
    bitcoin ethereum euro dollar yen pound`),
);

/** Words that say what shape the answer shall have. */
export const formWords = new Set(
  words(`list table json yaml csv xml markdown bullet bullets brief briefly short shortly long detailed detail details
    concise concisely summary summarize summarise summarized step steps example examples code script function class
    sentence sentences paragraph paragraphs word words essay poem haiku song story joke email letter tweet formal formally
    informal casual simple simply beginner expert child kid kids layman translate translation rewrite rephrase explain
    explanation define definition compare comparison outline diagram pseudocode regex query proof only just exactly kurz
    ausführlich liste tabelle beispiel bref liste tableau exemple breve lista tabla ejemplo`),
);

/** Words that say how much of something is meant. */
export const quantifiers = new Set(
  words(
    'all every each any some only except both either most least many few several other else also still already yet',
  ),
);

/** Words that carry nothing by themselves; the guards look at what is left. */
export const emptyWords = new Set(
  words(`a an the of in on at to for and or is are was were be been being am do does did done doing has have had i me my
    mine you your yours we us our it its this that these those there here what which who whom whose how when where why
    can could would should will shall may might must please tell give show say let know like want need wonder wondering
    help hi hello hey thanks thank kindly so then than as by with about if just really very actually exactly maybe some
    any get got go going way best quick question ok okay s t d ll re ve m
    der die das den dem des ein eine einen einem einer ist sind war und oder wie was wer wo wann warum ich du sie er es
    wir ihr mir mich dir bitte kann können zu von mit auf für im am le la les un une des du de est et ou que qui quoi
    comment je tu il elle nous vous peux peut svp el los las una es y o que qué cómo quién yo puede por favor en`),
);

/** Directions between what stands before and after them. */
export const directions = new Set(
  words(`to from into onto than over by minus divided times versus vs against after before of as per through until in on
    von nach als zu über vers à de contre hacia`),
);
