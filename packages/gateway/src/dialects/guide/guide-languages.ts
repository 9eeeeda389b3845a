/** What the guide says and understands in a language that its documentation is not written in. */
interface GuideLanguage {
  /** Says why the answer is in English; empty where that goes without saying. */
  readonly note: string;
  /** What the app suggests in this language and how people say hello, with the English that finds the best answer. */
  readonly questions: Readonly<Record<string, string>>;
}

const overview = 'What can Parley do?';
const connect = 'Connect OpenAI';
const sample = 'Show me a table, code and a formula';
const hello = 'Hello';

const languages: readonly GuideLanguage[] = [
  { note: '', questions: { 'Connect a provider': connect } },
  {
    note: 'Ich bin kein Sprachmodell, sondern schlage in der mitgelieferten Dokumentation nach. Sie ist auf Englisch, deshalb antworte ich auf Englisch.',
    questions: {
      'Was kann Parley?': overview,
      'Einen Anbieter verbinden': connect,
      'Zeig mir eine Tabelle, Code und eine Formel': sample,
      'Guten Tag': hello,
    },
  },
  {
    note: 'Je ne suis pas un modèle de langage : je cherche dans la documentation fournie. Elle est en anglais, c’est pourquoi je réponds en anglais.',
    questions: {
      'Que peut faire Parley ?': overview,
      'Connecter un fournisseur': connect,
      'Montre-moi un tableau, du code et une formule': sample,
      Salut: hello,
    },
  },
  {
    note: 'No soy un modelo de lenguaje: busco en la documentación incluida. Está en inglés, por eso respondo en inglés.',
    questions: {
      '¿Qué puede hacer Parley?': overview,
      'Conectar un proveedor': connect,
      'Muéstrame una tabla, código y una fórmula': sample,
      'Buenos días': hello,
    },
  },
  {
    note: '我不是语言模型，只会查阅随附的文档。文档是英文的，所以我用英文回答。',
    questions: {
      'Parley 能做什么？': overview,
      连接提供商: connect,
      '给我看一个表格、一段代码和一个公式': sample,
      你好: hello,
    },
  },
  {
    note: 'لست نموذجًا لغويًا، بل أبحث في الوثائق المرفقة. وهي بالإنجليزية، لذلك أجيب بالإنجليزية.',
    questions: {
      'ما الذي يستطيع Parley فعله؟': overview,
      'ربط مزوّد': connect,
      'اعرض لي جدولًا وكودًا ومعادلة': sample,
      مرحبا: hello,
    },
  },
];

const known = new Map(
  languages.flatMap(({ note, questions }) =>
    Object.entries(questions).map(([question, english]) => [wordsAlone(question), { english, note }] as const),
  ),
);

/**
 * What to look up for a question that the app suggests in one of its languages, and a sentence in that language that
 * says why the answer is in English. Undefined for everything else. Accents, case and punctuation do not matter.
 */
export function readSuggestion(question: string): { readonly english: string; readonly note: string } | undefined {
  return known.get(wordsAlone(question));
}

function wordsAlone(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
