import { type OperatorEntry, phrases } from './operator.js';

/** Words that compare, negate and open conditions. */
export const conditionWords: readonly OperatorEntry[] = [
  ...phrases(
    { kind: 'compare', operator: 'gt' },
    'more than|greater than|larger than|higher than|bigger than|over|above|exceeding|exceeds|exceed|>|' +
      'later than|after|greater|is over|in excess of|better than|newer than|bigger then|upwards of|beyond|surpassing|surpass',
  ),
  ...phrases(
    { kind: 'compare', operator: 'ge' },
    'at least|no less than|not less than|no fewer than|greater than or equal to|more than or equal to|>=|since|starting from|from at least|' +
      'a minimum of|minimum of|on or after|larger than or equal to|equal to or greater than|equal or more than|or more than|higher than or equal to',
  ),
  ...phrases(
    { kind: 'compare', operator: 'lt' },
    'less than|fewer than|smaller than|lower than|under|below|<|earlier than|before|prior to|short of',
  ),
  ...phrases(
    { kind: 'compare', operator: 'le' },
    'at most|no more than|not more than|less than or equal to|<=|up to|until|not exceeding|a maximum of|maximum of|on or before|' +
      'smaller than or equal to|equal to or less than|fewer than or equal to|no later than|lower than or equal to|no greater than|no higher than',
  ),
  ...phrases(
    { kind: 'compare', operator: 'eq' },
    '=|equals|equal to|is equal to|exactly|equal|the same as|precisely|==',
  ),
  ...phrases(
    { kind: 'compare', operator: 'ne' },
    "!=|<>|not equal to|other than|different from|is not|are not|was not|were not|isn't|aren't|wasn't|weren't|rather than|not equal|does not equal|excluding|except|except for|but not|apart from",
  ),
  ...phrases(
    { kind: 'suffix_compare', operator: 'ge' },
    'or more|or above|or higher|or greater|and above|and over|or later|or larger|or over|or longer|or older|and more',
  ),
  ...phrases(
    { kind: 'suffix_compare', operator: 'le' },
    'or less|or fewer|or below|or lower|or under|and below|or earlier|or smaller|or younger',
  ),
  ...phrases(
    { kind: 'compare', operator: 'gt', nouns: ['age'] },
    'older than|elder than|aged over|aged above|older then',
  ),
  ...phrases({ kind: 'compare', operator: 'eq', nouns: ['age'] }, 'aged'),
  ...phrases({ kind: 'compare', operator: 'lt', nouns: ['age'] }, 'younger than|aged under|aged below'),
  ...phrases(
    {
      kind: 'compare',
      operator: 'gt',
      nouns: ['length', 'duration', 'time', 'distance', 'minutes', 'seconds', 'hours', 'days'],
    },
    'longer than',
  ),
  ...phrases(
    {
      kind: 'compare',
      operator: 'lt',
      nouns: ['length', 'duration', 'time', 'distance', 'height', 'minutes', 'seconds', 'hours', 'days'],
    },
    'shorter than',
  ),
  ...phrases({ kind: 'compare', operator: 'gt', nouns: ['height'] }, 'taller than'),
  ...phrases({ kind: 'compare', operator: 'gt', nouns: ['weight'] }, 'heavier than'),
  ...phrases({ kind: 'compare', operator: 'lt', nouns: ['weight'] }, 'lighter than'),
  ...phrases({ kind: 'compare', operator: 'gt', nouns: ['speed'] }, 'faster than'),
  ...phrases({ kind: 'compare', operator: 'lt', nouns: ['speed'] }, 'slower than'),
  ...phrases(
    { kind: 'compare', operator: 'gt', nouns: ['price', 'cost', 'fee', 'amount'] },
    'costs more than|cost more than|worth more than|more expensive than|costing more than|priced above|priced over',
  ),
  ...phrases(
    { kind: 'compare', operator: 'lt', nouns: ['price', 'cost', 'fee', 'amount'] },
    'costs less than|cost less than|cheaper than|less expensive than|costing less than|priced below|priced under',
  ),
  ...phrases({ kind: 'compare', operator: 'gt', nouns: ['depth'] }, 'deeper than'),
  ...phrases({ kind: 'compare', operator: 'lt', nouns: ['depth'] }, 'shallower than'),
  ...phrases({ kind: 'compare', operator: 'gt', nouns: ['width', 'breadth'] }, 'wider than|broader than'),
  ...phrases({ kind: 'compare', operator: 'lt', nouns: ['width', 'breadth'] }, 'narrower than'),
  ...phrases({ kind: 'compare', operator: 'gt', nouns: ['thickness'] }, 'thicker than'),
  ...phrases({ kind: 'compare', operator: 'lt', nouns: ['thickness'] }, 'thinner than'),
  ...phrases({ kind: 'compare', operator: 'gt', nouns: ['temperature', 'temp', 'heat'] }, 'hotter than|warmer than'),
  ...phrases({ kind: 'compare', operator: 'lt', nouns: ['temperature', 'temp', 'heat'] }, 'colder than|cooler than'),
  ...phrases({ kind: 'compare', operator: 'gt', nouns: ['distance'] }, 'farther than|further than'),
  ...phrases({ kind: 'compare', operator: 'lt', nouns: ['distance'] }, 'nearer than|closer than'),
  ...phrases({ kind: 'compare', operator: 'gt', nouns: ['experience'] }, 'more experienced than'),
  ...phrases({ kind: 'compare', operator: 'lt', nouns: ['experience'] }, 'less experienced than'),
  ...phrases({ kind: 'between' }, 'between|in between|ranging from|in the range of|within the range of'),
  ...phrases(
    { kind: 'text_match', position: 'anywhere' },
    'contains|containing|contain|contained|the word|the letter|the letters|the substring|the string|the phrase|has the letter|contained the word|contained the letter|contains the letter|containing the letter|has the string|contain the letter|word|letter|substring|includes the letter|includes the word|include the word|including the word|containing the word|contains the word|has the word|has the substring|have the substring|' +
      'with the substring|with the word|contains the substring|containing the substring|contain the word|contain the substring|like|includes the substring|include the substring|substring|including the substring',
  ),
  ...phrases(
    { kind: 'text_match', position: 'start' },
    'starts with|starting with|start with|begins with|beginning with|begin with|started with|starts with the letter|starting with the letter|begins with the letter|prefixed with|start with the letter|begin with the letter',
  ),
  ...phrases(
    { kind: 'text_match', position: 'end' },
    'ends with|ending with|end with|ended with|ending in|ends in|ends with the letter',
  ),
  ...phrases(
    { kind: 'negate' },
    "not|never|without|no|don't|doesn't|didn't|do not|does not|did not|without any|lack|lacking|lacks|haven't|hasn't|have not|has not|have never|has never|" +
      "do not have|does not have|did not have|don't have|doesn't have|didn't have|have no|has no|had no|non|neither|not have|are not in|is not in|with no|not in|cannot|can not|can't|exclude|leaving out|leave out|not counting|without counting|not including|not considering|disregarding|omitting|omit|leaves out|leave aside|leaving aside|ignoring|never had|that never|who never|not have any|do not have any|does not have any",
  ),
  ...phrases(
    { kind: 'missing' },
    'missing|null|is null|are null|empty|unknown|not known|not set|blank|is missing|are missing',
  ),
  ...phrases(
    { kind: 'where' },
    'with|whose|that|which|who|where|having|have|has|had|when|if|that have|who have|which have|that has|who has|which has|that had|who had|which had|having a|and have|' +
      'that are|who are|which are|that is|who is|which is|and has|that were|who were|which were|that was|who was|which was|with a|in which|for which|to which|on which|such that|only|given that|provided that|of which|by whom|for whom|of whom|whom|restricted to|limited to|(|filtered to|filtered by|considering only|include only|only include',
  ),
  ...phrases(
    { kind: 'preposition' },
    'in|in all|for|for all|for all the|across all|across all the|over all|in all the|among all|in the|from|on|at|during|within|to|into|about|under the|among|amongst|through|via|out of|on the left|at the left|to the left|regarding|towards|belonging to|related to|associated with|inside|throughout|corresponding to|against|used by|made by',
  ),
  ...phrases({ kind: 'of' }, 'of|of all|of all the|of the'),
  ...phrases({ kind: 'possessive' }, "'s|’s"),
  ...phrases(
    { kind: 'is' },
    'is|are|was|were|be|been|being|as|named|called|titled|identified by|known as|labelled|entitled|' +
      'came back|come back|comes back|came back as|come back as|turned out|turns out|turn out|turned out to be|ended up|ends up|end up|wound up|proved to be|remained|remains',
  ),
  ...phrases(
    { kind: 'and' },
    'and|,|&|versus|vs|as well as|along with|plus|together with|and also|;|also|and the corresponding|with their|with its|with the corresponding|with corresponding|and their|and its|with his|with her|alongside|with the respective',
  ),
  ...phrases({ kind: 'or' }, 'or|or else|nor'),
  ...phrases(
    { kind: 'pronoun' },
    'both|either|respective|in total|altogether|in the database|in the data|in our database|in the system|it|its|their|they|them|those|these|this|one|ones|he|she|his|her|there|that of|so far|at all|yet|as yet|anywhere|to date|any more',
  ),
];
