import { stemOf } from '../word-forms.js';

const text = `
accept accommodate achieve act add administer admit advise affect allow answer appear apply appoint approve arrive ask assign attain attend award base
become begin belong book borrow bring build buy call carry cause change charge check choose claim climb close collect come compete complete comprise conduct
connect consist contact contain contribute cook correspond cost cover create cross cut damage date deal declare defeat deliver depart describe design develop die
differ direct discover do donate drink drive drop earn eat edit elect employ end enroll enter establish exist expect explore face fail fall fight file fill
finish fire fix flow fly follow form found fund gain get give go govern graduate grant grow handle happen hear help hire hit hold host identify import
incur increase inform injure inspect install intend interact introduce invest invite involve issue join keep kill know land last launch lead learn
leave lend level lie live load locate lose maintain make manage manufacture mark measure meet move occur offer open operate order organize
originate own paint park participate pass pay perform place plan play point possess practice prefer present prescribe prevent process produce
promote propose provide publish purchase put raise rank reach read receive record redeem register release remain rent repair report represent request
require reserve reside resolve respond result return review ride rule run sail save say schedule score see sell send separate serve settle share ship
show sign sing sit sleep solve speak specialize spend sponsor staff stand star start stay stop store study submit suffer supply support take talk
teach test train transfer travel treat try turn undergo use vary view visit vote wait walk want watch wear weigh win work write
did done made taken given sold bought sent held won lost taught ran led built grew got came went flew drove wrote sang spoke thought told fought paid
met said kept left began chosen flown written driven spent stayed understood brought born drawn located situated based headquartered called named
successfully actually together currently recently previously ever also still already usually mostly
`;

/** Stems of common verbs and adverbs: where they name nothing of the catalog they only tie the sentence together. */
export const verbStems: ReadonlySet<string> = new Set(
  text
    .split(/\s+/u)
    .filter((word) => word !== '')
    .map(stemOf),
);

/** All forms of those verbs as they are written: `injuries` is none of `injure`. */
export const verbForms: ReadonlySet<string> = new Set(
  text
    .split(/\s+/u)
    .filter((word) => word !== '')
    .flatMap((verb) => {
      const cut = verb.endsWith('e') ? verb.slice(0, -1) : verb;
      const soft = /[^aeiou]y$/u.test(verb) ? verb.slice(0, -1) : null;
      const third = soft !== null ? `${soft}ies` : /(s|x|z|ch|sh|o)$/u.test(verb) ? `${verb}es` : `${verb}s`;
      const doubled = `${verb}${verb.at(-1) ?? ''}`;
      const past = soft === null ? `${cut}ed` : `${soft}ied`;
      return [verb, third, past, `${cut}ing`, `${doubled}ed`, `${doubled}ing`];
    }),
);

/** Past forms and participles that no ending shows. */
export const pastForms: ReadonlySet<string> = new Set(
  `bought brought built caught chosen done drawn driven eaten fallen felt flown fought found given gone grown held kept known laid led left lent lost made
  met paid read ridden run said sat seen sent shot shown sold spent spoken stood taken taught thought told understood won worn written began came drew
  drove flew gave got grew knew rode rose sang saw spoke swam threw took went wore wrote`
    .split(/\s+/u)
    .filter((word) => word !== ''),
);
