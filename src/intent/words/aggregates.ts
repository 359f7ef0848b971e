import { type OperatorEntry, phrases } from './operator.js';

/** Words that fold many rows into one value, and those that compare such values. General English, no schema. */
export const aggregateWords: readonly OperatorEntry[] = [
  ...phrases(
    { kind: 'aggregate', function: 'sum' },
    'total|sum|sum of|the sum of|total of|overall|in sum|combined|aggregate|sum up',
  ),
  ...phrases(
    { kind: 'aggregate', function: 'avg' },
    'average|avg|mean|average of|averages|on average|the average of|the mean of|averaged',
  ),
  ...phrases({ kind: 'aggregate', function: 'max' }, 'maximum|max|maximal|peak|maximums'),
  ...phrases({ kind: 'aggregate', function: 'min' }, 'minimum|min|minimal|minimums'),
  ...phrases({ kind: 'aggregate', function: 'median' }, 'median'),
  ...phrases({ kind: 'aggregate', function: 'stddev' }, 'standard deviation|stddev|standard deviation of'),
  ...phrases(
    { kind: 'count' },
    'how many|number of|numbers of|the number of|total number of|count of|count|counts of|counts|total count of|total count|total numbers of|' +
      'number|no of|no . of|frequency of|counting|tally of|total number',
  ),
  ...phrases({ kind: 'times' }, 'how many times|how often|number of times|the number of times'),
  ...phrases({ kind: 'times_unit' }, 'times|time'),
  ...phrases({ kind: 'times_number', value: '1' }, 'once'),
  ...phrases({ kind: 'times_number', value: '2' }, 'twice'),
  ...phrases({ kind: 'times_number', value: '3' }, 'thrice'),
  ...phrases({ kind: 'quantity' }, 'how much|amount of|total amount of|quantity of|volume of'),
  ...phrases(
    { kind: 'distinct' },
    'distinct|different|unique|distinctive|distinctly|unique values of|various|differing',
  ),
  ...phrases(
    { kind: 'ratio' },
    'rate|the rate|ratio of|ratio|ratio between|the ratio of|rate of|quotient of|proportion between',
  ),
  ...phrases({ kind: 'share', factor: 1, parts: true }, 'the proportion of|the proportion on|the proportion'),
  ...phrases({ kind: 'share', factor: 1 }, 'share of|proportion of|fraction of|proportion|share|shares of'),
  ...phrases(
    { kind: 'share', factor: 100 },
    'percentage of|percent of|percentage|pct of|what percentage of|percentages of|percentage share of|percent share of',
  ),
  ...phrases(
    { kind: 'growth', against: 'previous_period', as: 'rate', unit: null },
    'growth of|growth in|growth|change in|change of|compared to the previous|versus the previous|against the previous|increase in|growth rate|growth rate of|growth rate in|rate of change|rate of change in|rate of change of',
  ),
  ...phrases(
    { kind: 'growth', against: 'previous_period', as: 'percent', unit: null },
    'percent change in|percentage change in|percent change|percentage change|percent change of|percentage change of|percent growth|percentage growth|percent growth in|percentage growth in|percentage growth of|percent growth of|percent increase in|percentage increase in|percentage increase|percent increase|growth percentage|growth percentage of',
  ),
  ...phrases(
    { kind: 'growth', against: 'previous_period', as: 'difference', unit: null },
    'absolute change in|absolute change|absolute growth|absolute growth in|difference from the previous|net change in|net change of',
  ),
  ...phrases(
    { kind: 'running_total' },
    'cumulative|running total of|running total|cumulated|running sum of|running|accumulated',
  ),
];

/** Words that pick the extreme rows or values. */
export const superlativeWords: readonly OperatorEntry[] = [
  ...phrases(
    { kind: 'superlative', direction: 'descending', nouns: [] },
    'most|the most|best|most number of|the most number of|most amount of|highest number of|largest number of|greatest number of|' +
      'maximum number of|highest amount of|largest amount of|biggest number of|greatest amount of|top number of|maximum amount of|max number of|' +
      'highest count of|largest count of|the maximum number of|largest quantity of|highest quantity of|most numerous|bigger number of',
  ),
  ...phrases(
    { kind: 'superlative', direction: 'ascending', nouns: [] },
    'least|fewest|the least|the fewest|worst|least number of|the least number of|least amount of|lowest number of|smallest number of|fewest number of|' +
      'minimum number of|lowest amount of|smallest amount of|minimum amount of|min number of|lowest count of|smallest count of|minimal number of',
  ),
  ...phrases(
    { kind: 'superlative', direction: 'descending', nouns: ['height', 'elevation', 'altitude', 'rank', 'score'] },
    'highest',
  ),
  ...phrases(
    { kind: 'superlative', direction: 'ascending', nouns: ['height', 'elevation', 'altitude', 'score'] },
    'lowest',
  ),
  ...phrases(
    {
      kind: 'superlative',
      direction: 'descending',
      nouns: ['area', 'size', 'population', 'capacity', 'length'],
    },
    'largest|biggest|greatest',
  ),
  ...phrases(
    {
      kind: 'superlative',
      direction: 'ascending',
      nouns: ['area', 'size', 'population', 'capacity', 'length'],
    },
    'smallest',
  ),
  ...phrases(
    { kind: 'frequent', direction: 'descending' },
    'most common|most popular|most frequent|most frequently|most often|most frequently used|most commonly used|most commonly|most used|most frequented|most prevalent|most widely used|commonest|most prominent|most number of times|the most number of times|the most times|most times|the largest number of times|the highest number of times|the greatest number of times|the maximum number of times',
  ),
  ...phrases(
    { kind: 'frequent', direction: 'ascending' },
    'least common|least popular|least frequent|least frequently|least often|least frequently used|least commonly used|least commonly|least used|rarest|least number of times|the least number of times|the least times|the fewest times|the smallest number of times|the lowest number of times',
  ),
  ...phrases({ kind: 'top', direction: 'descending' }, 'top|leading'),
  ...phrases({ kind: 'top', direction: 'ascending' }, 'bottom'),
];
