import { type OperatorEntry, phrases } from './operator.js';
import { grainWords, periodWords, trendWords } from './time-words.js';

const orderVerbs = [
  'order',
  'sort',
  'rank',
  'list',
  'arrange',
  'display',
  'show',
  'ordered',
  'sorted',
  'ranked',
  'listed',
  'arranged',
  'ordering',
  'sorting',
];
const orderObjects = ['', ' them', ' it', ' the result', ' the results', ' results', ' these'];

/** `and sort the bars by the` and the like. */
const orderPhrases = orderVerbs
  .flatMap((verb) => orderObjects.flatMap((object) => ['by', 'by the'].map((link) => `${verb}${object} ${link}`)))
  .join('|');

/** Words that group, order, cut and show. */
export const groupingWords: readonly OperatorEntry[] = [
  ...phrases(
    { kind: 'group' },
    'by|per|across|grouped by|group by|broken down by|split by|segmented by|for every|in every|of every|from every|on every|at every|split up by|by each|' +
      'per each|according to|grouping by|and group by|and grouped by|and group them by|group them by|categorized by|categorizing by|categorised by|classified by|colored by|coloured by|stacked by|bin by|binned by|binning by|bucketed by|over the|by different|for different|with different|in different|at different|under different|on different|split them by|and split by|split it by|and split them by|from different|from the different|across different|for the different|for each different|for each distinct|for distinct|with respect to|against the|depending on|based on|based on the|vary by|varies by|vary across|varies across|vary across different|varies across different|vary between|varies between|differ by|differs by|differ across|differs across|differ between|of different|by distinct|aggregated by|aggregate by|by the',
  ),
  ...phrases({ kind: 'divide' }, 'divided by|divided by the'),
  ...phrases(
    { kind: 'each' },
    'each|for each|in each|of each|from each|at each|on each|with each|each of the|for each of the|for each of|by each of the|to each|every|all the different|of each of the|under each|per every|within each|within every|each distinct|each different|individual',
  ),
  ...phrases({ kind: 'every' }, 'even those without|including those without|also those without|even if there are none'),
  ...phrases(
    { kind: 'order' },
    `${orderPhrases}|` +
      'order by|ordered by|sort by|sorted by|rank by|ranked by|ordering by|sorting by|in order of|order them by|sort them by|sort the result by|sort results by|sort the results by|order the result by|order the results by|order results by|' +
      'list in|in the order of|and order by|and sort by|sorted in|ordered in|order in|sort in|sorted|sort|arranged by|arrange by|listed by|listed in|and sort|and order|rank|display by|display in|show in|' +
      'arranged in|arrange in|and rank by|and rank|list by|and list|and list by|order|ranked|ranked in|rank in|rearrange by|with the order of|order the|sort the|rank the|and sort the|and order the|order from|sorted from|ordered from|sort from|rank from|ordered by the|sorted by the|in terms of|sorted according to|ordered according to|starting from the|starting with the|put in order of',
  ),
  ...phrases(
    { kind: 'direction', direction: 'descending' },
    'from most to least expensive|most to least expensive|from top to bottom|top to bottom|from the most to the least expensive|from longest to shortest|longest to shortest|from tallest to shortest|tallest to shortest|from heaviest to lightest|heaviest to lightest|from fastest to slowest|from best to worst|best to worst|from most expensive to cheapest|from most expensive to least expensive|descending|desc|in descending order|in descending|descending order|from high to low|high to low|from highest to lowest|highest to lowest|from most to least|most to least|' +
      'decreasing|in decreasing order|decreasing order|from largest to smallest|largest to smallest|from z to a|z to a|in desc order|in desc|by desc|desc order|reverse|in reverse order|reverse order|highest first|largest first|from the highest to the lowest|most first|' +
      'from high to low order|from the most to the least|from large to small|from big to small|from newest to oldest|newest first|latest first|from latest to earliest|most recent first|reversed|in descending order of|in decreasing order of|descending order of|decreasing order of|highest to lowest order|from biggest to smallest|from oldest to youngest|from greatest to least|oldest to youngest|greatest to least|highest value first|by decreasing|in a descending order|in a desc order|from high to low by',
  ),
  ...phrases(
    { kind: 'direction', direction: 'ascending' },
    'from least to most expensive|least to most expensive|from bottom to top|bottom to top|from the least to the most expensive|from shortest to longest|shortest to longest|from shortest to tallest|from lightest to heaviest|from slowest to fastest|from worst to best|worst to best|from cheapest to most expensive|cheapest to most expensive|ascending|asc|in ascending order|in ascending|ascending order|from low to high|low to high|from lowest to highest|lowest to highest|from least to most|least to most|' +
      'increasing|in increasing order|increasing order|from smallest to largest|smallest to largest|from a to z|a to z|in asc order|in asc|by asc|asc order|' +
      'lowest first|smallest first|from the lowest to the highest|from low to high order|from oldest to newest|oldest first|earliest first|from earliest to latest|from young to old|from youngest to oldest|in ascending order of|in increasing order of|ascending order of|increasing order of|alphabetical order of|in alphabetical order of|in alphabetic order of|in lexicographic order of|in lexicographical order of|youngest to oldest|by increasing|in a ascending order|in an ascending order|in an asc order|from small to large|from small to big|from the least to the most|starting from the earliest date|starting from the earliest|lexicographical order of|lexicographic order of|alphabetic order of',
  ),
  ...phrases(
    { kind: 'direction', direction: 'descending', along: 'name' },
    'in reverse alphabetical order|in descending lexicographical order|in descending lexicographic order|descending lexicographical order|in descending alphabetic order|reverse alphabetical order|reversed alphabetical order|descending alphabetical order|descending alphabetic order|in descending alphabetical order|reverse lexicographical order|reverse alphabetic order',
  ),
  ...phrases(
    { kind: 'direction', direction: 'ascending', along: 'name' },
    'alphabetically|alphabetical|in alphabetical order|in alphabetic order|alphabetic order|alphabetical order|lexicographically|in lexicographic order|in lexicographical order|lexicographic order|lexicographical order|in ascending alphabetical order|in ascending lexicographical order|in ascending lexicographic order|ascending lexicographical order|in ascending alphabetic order|ascending alphabetical order|ascending alphabetic order',
  ),
  ...phrases(
    { kind: 'direction', direction: 'descending', along: 'time' },
    'in descending chronological order|in reverse chronological order|reverse chronological order',
  ),
  ...phrases(
    { kind: 'direction', direction: 'ascending', along: 'time' },
    'chronologically|in chronological order|chronological order|in ascending chronological order|in time order|in date order|in order of time',
  ),
  ...grainWords,
  ...periodWords,
  ...trendWords,
  ...phrases(
    { kind: 'everything' },
    'all information|all the information|all info|all columns|all the columns|all fields|all the fields|all attributes|all the details|all details|all data|all available information|every column|every field|everything|full details|complete information|all the info|the information of|the information about|the information on|information about all|information of all|all the records of|all the information of|all information of|all details of|all the details of',
  ),
  ...phrases(
    { kind: 'show', verb: true },
    'show|return|list|give|display|split|break down|tabulate|find|report|retrieve|provide|compute|calculate|determine|present|output|select|get|draw|plot|visualize|include',
  ),
  ...phrases(
    { kind: 'show', verb: false },
    '.|?|!|give me|tell me|and show|and list|and return|and give|and find|show each|:|what is|what are|what was|what were|and what is|and what are',
  ),
  // How the answer is written changes nothing of what is asked for.
  ...phrases(
    { kind: 'show', verb: false },
    'give the answer|give your answer|as a date|as dates|as an integer|as integers|as a number|as a decimal|as a whole number|match strings exactly|match the strings exactly|match the text exactly',
  ),
];

const charts =
  'bar chart|bar graph|bar plot|stacked bar chart|line chart|line graph|line|scatter chart|scatter plot|scatter|chart|graph';
const chartArticles = ['', 'a ', 'the '];

/** `a bar chart showing`, `chart with`: what is drawn follows. */
const chartsOf = (names: string): string =>
  names
    .split('|')
    .flatMap((name) =>
      ['showing', 'that shows', 'which shows', 'with', 'on'].flatMap((link) =>
        chartArticles.map((article) => `${article}${name} ${link}`),
      ),
    )
    .join('|');

/** Words about drawing the result. */
export const chartWords: readonly OperatorEntry[] = [
  ...phrases(
    { kind: 'axis', axis: 'x' },
    'bars|bar|the bars|the bar|x axis|x-axis|the x axis|the x-axis|in the x axis|x|the x',
  ),
  ...phrases({ kind: 'axis', axis: 'y' }, 'y axis|y-axis|the y axis|the y-axis|in the y axis|y|the y'),
  ...phrases(
    { kind: 'chart', pie: false },
    'compare the|bar chart|bar charts|bar graph|bar plot|stacked bar chart|stacked bar|stack bar chart|stack bar|grouped bar chart|bar diagram|histogram|histograms|line chart|line graph|scatter chart|scatter plot|scatter|chart|graph|' +
      'grouping scatter chart|multi line chart|line plot|with a bar chart|in a bar chart|using a bar chart|by a bar chart|by bar chart|with a bar graph|visualize by bar chart|a bar chart|a bar graph|bar chart about|with bar chart|bar chart for|on a bar chart|as a bar chart|' +
      chartsOf(charts),
  ),
  ...phrases(
    { kind: 'chart', pie: true },
    `pie chart|pie charts|pie graph|pie|with a pie chart|in a pie chart|using a pie chart|by a pie chart|a pie chart|as a pie chart|a pie|pie chart about|${chartsOf('pie chart|pie')}`,
  ),
];

/** Question words that ask for a kind of column. */
export const questionWords: readonly OperatorEntry[] = [
  ...phrases({ kind: 'question', nouns: ['age'] }, 'how old|how old is|how old are|how old was'),
  ...phrases(
    { kind: 'question', nouns: ['length', 'duration', 'time'] },
    'how long|how long is|how long are|how long was',
  ),
  ...phrases({ kind: 'question', nouns: ['height'] }, 'how tall|how tall is'),
  ...phrases({ kind: 'question', nouns: ['height'], degree: true }, 'how high|how high is|how high was'),
  ...phrases({ kind: 'question', nouns: ['weight'] }, 'how heavy|how heavy is'),
  ...phrases({ kind: 'question', nouns: ['price', 'cost'] }, 'how expensive|how expensive is'),
  ...phrases(
    { kind: 'question', nouns: ['date', 'time', 'year', 'day'] },
    'when is|when was|when were|when did|when are|what time|on what date|on which date|what date|on what day',
  ),
  ...phrases(
    { kind: 'question', nouns: ['location', 'city', 'country', 'place', 'address', 'state'] },
    'where is|where are|where was|where were|where do|where does',
  ),
  ...phrases({ kind: 'question', nouns: ['speed'] }, 'how fast'),
  ...phrases({ kind: 'question', nouns: ['distance'] }, 'how far'),
  ...phrases(
    { kind: 'question', nouns: ['size', 'area', 'capacity'], degree: true },
    'how big|how large|how big is|how large is|how big was|how large was',
  ),
];
