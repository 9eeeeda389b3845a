/*
 * Questions for the report on the semantic cache, written by hand. A group asks one thing in several ways; a family
 * asks many things in several ways each, by what stands in its places; a pair asks two things in nearly the same words.
 */

export const groups: readonly (readonly string[])[] = [
  ['How do I reset my password?', 'I forgot my password, how can I set a new one?', 'What are the steps to reset my password?', 'How can I reset my password?'],
  ['How do I boil an egg?', 'What is the way to boil an egg?', 'How can you boil eggs?', 'Tell me how to boil an egg'],
  ['What is photosynthesis?', 'Tell me what photosynthesis is', 'Can you tell me what photosynthesis means?', 'What do we mean by photosynthesis?'],
  ['Why is the sky blue?', 'Why does the sky look blue?', 'What makes the sky blue?', 'Please tell me why the sky is blue'],
  ['How does a refrigerator work?', 'How do refrigerators work?', 'What is the working principle of a refrigerator?', 'Tell me how a fridge works'],
  ['What is recursion in programming?', 'What does recursion mean in programming?', 'What is meant by recursion when programming?', 'In programming, what is recursion?'],
  ['How can I learn to play the guitar?', 'How do I learn to play the guitar?', 'What is the best way to learn the guitar?', 'I want to learn to play the guitar, how do I start?'],
  ['What causes earthquakes?', 'What are the causes of earthquakes?', 'What makes earthquakes happen?', 'Tell me what causes an earthquake'],
  ['How do vaccines work?', 'How does a vaccine work?', 'In what way do vaccines work?', 'What is the mechanism of vaccines?'],
  ['Why do cats purr?', 'Why does a cat purr?', 'What makes cats purr?', 'For what reason do cats purr?'],
  ['What is inflation in economics?', 'What does inflation mean in economics?', 'In economics, what is inflation?', 'Please tell me what inflation is in economics'],
  ['How do I remove a coffee stain from a shirt?', 'How can I get a coffee stain out of a shirt?', 'What is a way to remove coffee stains from shirts?', 'How do you remove coffee stains from a shirt?'],
  ['What are black holes?', 'What is a black hole?', 'Tell me what black holes are', 'What do scientists call a black hole?'],
  ['How do airplanes fly?', 'How does an airplane fly?', 'What keeps airplanes in the air?', 'How can airplanes fly?'],
  ['What is the meaning of the word ephemeral?', 'What does ephemeral mean?', 'What does the word ephemeral mean?', 'Tell me the meaning of ephemeral'],
  ['How do I change a flat tire?', 'How can I change a flat tire?', 'What are the steps to change a flat tire?', 'How to change flat tires?'],
  ['Why do leaves change color?', 'Why do the leaves change their color?', 'What makes leaves change color?', 'Why does a leaf change color?'],
  ['How do I grow tomatoes at home?', 'How can I grow tomatoes at home?', 'What is the best way to grow tomatoes at home?', 'I want to grow tomatoes at home, how do I do that?'],
  ['What is a hash table?', 'What are hash tables?', 'Tell me what a hash table is', 'What do programmers call a hash table?'],
  ['How do I write a cover letter?', 'How can I write a cover letter?', 'How should I write my cover letter?', 'What is the way to write a cover letter?'],
  ['What is the theory of relativity?', 'What does the theory of relativity say?', 'Tell me what the theory of relativity is', 'What is relativity theory?'],
  ['How do I tie a tie?', 'How can I tie a tie?', 'How does one tie a tie?', 'What are the steps to tie a tie?'],
  ['Why do we dream?', 'Why do people dream?', 'What is the reason that we dream?', 'For what reason do humans dream?'],
  ['How do I save money on groceries?', 'How can I save money on groceries?', 'What are ways to save on groceries?', 'How to spend less money on groceries?'],
  ['What is machine learning?', 'What does machine learning mean?', 'Can you tell me what machine learning is?', 'What is meant by machine learning?'],
  ['How do magnets work?', 'How does a magnet work?', 'What makes a magnet work?', 'Please tell me how magnets work'],
  ['Why is the ocean salty?', 'Why is sea water salty?', 'What makes the ocean salty?', 'Why does the ocean taste salty?'],
  ['How do I merge two branches in git?', 'How can I merge two git branches?', 'What is the way to merge two branches with git?', 'How are two branches merged in git?'],
  ['How do I stop procrastinating?', 'How can I stop procrastinating?', 'What helps to stop procrastinating?', 'What can I do to stop procrastination?'],
  ['What is a mortgage?', 'What are mortgages?', 'What does mortgage mean?', 'Tell me what a mortgage is'],
  ['How does a microwave oven heat food?', 'How do microwave ovens heat food?', 'In what way does a microwave heat food?', 'How does the microwave heat up food?'],
  ['What is an API?', 'What does API mean?', 'Tell me what an API is', 'What are APIs?'],
  ['How do I descale a kettle?', 'How can I descale my kettle?', 'What is the way to descale a kettle?', 'How do I get the scale out of a kettle?'],
  ['Why do onions make you cry?', 'Why do onions make us cry?', 'Why does cutting onions make you cry?', 'What is it in onions that makes you cry?'],
  ['How do bees make honey?', 'How is honey made by bees?', 'How does a bee make honey?', 'In what way do bees make honey?'],
  ['What is a virtual machine?', 'What are virtual machines?', 'Tell me what a virtual machine is', 'What is meant by a virtual machine?'],
];

export interface Family {
  readonly ways: readonly string[];
  /** What stands in place of `{a}` and, for pairs, `{b}`. */
  readonly places: readonly (readonly string[])[];
}

const countries = 'France Spain Italy Peru Chile Norway Kenya Japan Egypt Greece Canada Brazil Ghana Nepal Cuba Poland Ireland Jordan Laos Malta'.split(' ').map((name) => [name]);
const units = [['miles', 'kilometres'], ['pounds', 'kilograms'], ['inches', 'centimetres'], ['gallons', 'litres'], ['feet', 'metres'], ['ounces', 'grams'], ['acres', 'hectares'], ['fahrenheit', 'celsius'], ['euros', 'dollars'], ['yards', 'metres']];
const languages = [['Python'], ['Java'], ['Rust'], ['Ruby'], ['Go'], ['Kotlin'], ['Swift'], ['Perl'], ['PHP'], ['Haskell'], ['Scala'], ['TypeScript']];
const numbers = Array.from({ length: 20 }, (_, index) => [String(index * 7 + 12), String((index % 9) + 2)]);
const dishes = ['lasagna', 'goulash', 'paella', 'risotto', 'ramen', 'borscht', 'couscous', 'tiramisu', 'hummus', 'ratatouille', 'pancakes', 'gnocchi', 'falafel', 'ceviche', 'moussaka'].map((dish) => [dish]);
const books = ['Emma', 'Ulysses', 'Dracula', 'Faust', 'Hamlet', 'Walden', 'Candide', 'Beowulf', 'Persuasion', 'Middlemarch', 'Dubliners', 'Frankenstein', 'Macbeth', 'Ivanhoe'].map((book) => [book]);
const organs = ['heart', 'liver', 'kidney', 'spleen', 'lung', 'pancreas', 'stomach', 'brain', 'thyroid', 'bladder', 'skin', 'retina'].map((organ) => [organ]);
const animals = ['otters', 'badgers', 'herons', 'lynxes', 'beavers', 'moles', 'newts', 'seals', 'storks', 'hedgehogs', 'walruses', 'gazelles'].map((animal) => [animal]);
const parts = ['alternator', 'carburettor', 'radiator', 'gearbox', 'clutch', 'turbocharger', 'camshaft', 'flywheel', 'thermostat', 'starter motor'].map((part) => [part]);

export const families: readonly Family[] = [
  { ways: ['What is the capital of {a}?', 'Tell me the capital of {a}', "What is {a}'s capital?", 'Which city is the capital of {a}?', 'name the capital of {a}'], places: countries },
  { ways: ['What currency is used in {a}?', 'Which currency does {a} use?', 'What is the currency of {a}?', "What's {a}'s currency?"], places: countries },
  { ways: ['How many people live in {a}?', 'How many people are living in {a}?', 'What is the population of {a}?', 'Tell me how many people live in {a}'], places: countries },
  { ways: ['How do I convert {a} to {b}?', 'How can I convert {a} to {b}?', 'How to convert from {a} to {b}?', 'What is the way to convert {a} to {b}?'], places: [...units, ...units.map(([one = '', other = '']) => [other, one])] },
  { ways: ['How do I sort a list in {a}?', 'How can I sort a list in {a}?', 'What is the way to sort lists in {a}?', 'In {a}, how do I sort a list?'], places: languages },
  { ways: ['How do I read a file in {a}?', 'How can I read files in {a}?', 'In {a}, how do I read a file?', 'How to read a file with {a}?'], places: languages },
  { ways: ['What is {a} divided by {b}?', 'What do you get for {a} divided by {b}?', 'Tell me what {a} divided by {b} is', '{a} divided by {b} is what?'], places: numbers },
  { ways: ['What is {b} percent of {a}?', 'Tell me what {b} percent of {a} is', 'What is {b} % of {a}?', '{b} percent of {a}?'], places: numbers },
  { ways: ['How do I cook {a}?', 'How can I cook {a}?', 'What is the best way to cook {a}?', 'How is {a} cooked?', 'Please tell me how to cook {a}'], places: dishes },
  { ways: ['What are the ingredients of {a}?', 'What ingredients are in {a}?', 'Which ingredients do I need for {a}?', 'Tell me the ingredients of {a}'], places: dishes },
  { ways: ['Who wrote {a}?', 'Who is the author of {a}?', 'Tell me who wrote {a}', 'By whom was {a} written?'], places: books },
  { ways: ['When was {a} published?', 'When was {a} first published?', 'Tell me when {a} was published', 'In which year was {a} published?'], places: books },
  { ways: ['What does the {a} do?', 'What is the function of the {a}?', 'What does the {a} do in the body?', 'Tell me what the {a} does'], places: organs },
  { ways: ['Where is the {a} in the body?', 'Where in the body is the {a}?', 'Tell me where the {a} is in the body', 'Where can the {a} be found in the body?'], places: organs },
  { ways: ['What do {a} eat?', 'Tell me what {a} eat', 'What is eaten by {a}?', 'What kind of food do {a} eat?'], places: animals },
  { ways: ['Where do {a} live?', 'Where can {a} be found?', 'Tell me where {a} live', 'In what places do {a} live?'], places: animals },
  { ways: ['How do I replace the {a} of a car?', 'How can I replace the {a} of a car?', "How do I replace a car's {a}?", 'What are the steps to replace the {a} of a car?'], places: parts },
  { ways: ['What are the symptoms of a broken {a}?', 'What symptoms does a broken {a} have?', 'Which symptoms show a broken {a}?', 'Tell me the symptoms of a broken {a}'], places: parts },
];

/** Each pair differs in what counts, in kinds that guards know and in kinds that they do not. */
export const pairs: readonly (readonly [string, string])[] = [
  ['Do cats chase dogs?', 'Do dogs chase cats?'],
  ['Is lead heavier than gold?', 'Is gold heavier than lead?'],
  ['How do I translate English to Welsh?', 'How do I translate Welsh to English?'],
  ['How do I import a table into Excel?', 'How do I export a table from Excel?'],
  ['Is it legal to fish here at night?', 'Is it illegal to fish here at night?'],
  ['Which mushrooms are safe to eat?', 'Which mushrooms are not safe to eat?'],
  ['What lowers blood pressure?', 'What raises blood pressure?'],
  ['What is the highest lake in the Alps?', 'What is the lowest lake in the Alps?'],
  ['How do I enable the firewall?', 'How do I disable the firewall?'],
  ['Which foods contain gluten?', 'Which foods contain no gluten?'],
  ['What was the first moon mission?', 'What was the last moon mission?'],
  ['What are the advantages of leasing?', 'What are the disadvantages of leasing?'],
  ['What is the symptom of anemia?', 'What is the cause of anemia?'],
  ['What does a cardiologist treat?', 'What does a neurologist treat?'],
  ['Describe mitosis', 'Describe meiosis'],
  ['What is a stalactite?', 'What is a stalagmite?'],
  ['What is the boiling point of ethanol?', 'What is the melting point of ethanol?'],
  ['What is the atomic number of tin?', 'What is the atomic mass of tin?'],
  ['How do I open a bank account?', 'How do I close a bank account?'],
  ['How long does concrete take to dry?', 'How long does plaster take to dry?'],
  ['What is the plural of ox?', 'What is the plural of axe?'],
  ['How do I write a for loop?', 'How do I write a while loop?'],
  ['What is the area of a circle?', 'What is the circumference of a circle?'],
  ['What is the derivative of sine?', 'What is the integral of sine?'],
  ['How do I prune roses?', 'How do I plant roses?'],
  ['When was the Eiffel Tower built?', 'Who built the Eiffel Tower?'],
  ['Why did the Roman Empire fall?', 'When did the Roman Empire fall?'],
  ['What is the third planet from the sun?', 'What is the fourth planet from the sun?'],
  ['How tall is the statue?', 'How old is the statue?'],
  ['How do I freeze soup?', 'How do I thaw soup?'],
  ['Who won the war?', 'Who lost the war?'],
  ['How do I clean a leather sofa?', 'How do I clean a fabric sofa?'],
  ['What is the speed of light?', 'What is the speed of sound?'],
  ['Is aspirin safe for children?', 'Is aspirin safe for adults?'],
  ['What does HTTP 404 mean?', 'What does HTTP 403 mean?'],
  ['How do I undo a commit?', 'How do I redo a commit?'],
  ['What is the difference of 9 and 4?', 'What is the sum of 9 and 4?'],
  ['Can I travel with a visa?', 'Can I travel without a visa?'],
  ['Explain osmosis', 'Explain osmosis in one sentence'],
  ['What was the capital of Bolivia?', 'What is the capital of Bolivia?'],
  ['Which birds can fly backwards?', 'Which birds can not fly?'],
  ['How do I encrypt a disk?', 'How do I decrypt a disk?'],
  ['What is the opposite of a noun?', 'What is the plural of a noun?'],
  ['Does tea contain more caffeine than coffee?', 'Does coffee contain more caffeine than tea?'],
  ['How do I subtract a fraction from a whole number?', 'How do I subtract a whole number from a fraction?'],
  ['What does a router do?', 'What does a switch do?'],
  ['What is the melting point of iron?', 'What is the melting point of copper?'],
  ['How do I divide a fraction by 3?', 'How do I divide 3 by a fraction?'],
  ['How do I install the driver?', 'How do I uninstall the driver?'],
  ['Is Venus hotter than Mercury?', 'Is Mercury hotter than Venus?'],
  ['What is a debit card?', 'What is a credit card?'],
  ['How does a buyer cancel a contract?', 'How does a seller cancel a contract?'],
  ['What is an acid?', 'What is a base?'],
  ['How do I become a nurse?', 'How do I become a midwife?'],
  ['What are the side effects of ibuprofen?', 'What are the side effects of paracetamol?'],
  ['How do I care for a cactus?', 'How do I care for an orchid?'],
  ['What is the longest river in Asia?', 'What is the longest bridge in Asia?'],
  ['How do I sharpen a knife?', 'How do I sharpen a pencil?'],
  ['How do I sell a house with a mortgage?', 'How do I buy a house with a mortgage?'],
  ['What is the inner core made of?', 'What is the outer core made of?'],
];
