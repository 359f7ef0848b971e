/** Past forms of verbs that no rule makes, by their first form. Those that are words of their own (`found`, `left`, `saw`) are left out. */
const text = `
arise arose arisen;awake awoke awoken;become became;begin began begun;bite bitten;blow blew blown;break broke broken;bring brought;build built;
burn burnt;buy bought;catch caught;choose chose chosen;come came;creep crept;deal dealt;draw drew drawn;drink drank drunk;drive drove driven;
eat ate eaten;fall fallen;feed fed;fight fought;fly flew flown;forbid forbade forbidden;forget forgot forgotten;freeze froze frozen;
get got gotten;give gave given;go went gone;grow grew grown;hang hung;hear heard;hide hid hidden;hold held;keep kept;know knew known;
lead led;lend lent;lose lost;make made;mean meant;meet met;overcome overcame;overtake overtook overtaken;pay paid;ride rode ridden;
ring rang rung;run ran;say said;seek sought;sell sold;send sent;shake shook shaken;shoot shot;show shown;shrink shrank shrunk;sing sang sung;
sink sank sunk;sit sat;sleep slept;speak spoken;spend spent;spin spun;stand stood;steal stole stolen;stick stuck;strike struck;swear swore sworn;
sweep swept;swim swam swum;swing swung;take took taken;teach taught;tear tore torn;tell told;think thought;throw threw thrown;
undergo underwent undergone;understand understood;undertake undertook undertaken;wake woke woken;wear wore worn;win won;withdraw withdrew withdrawn;
withhold withheld;write wrote written`;

/** The first form of each irregular past form: `taught` gives `teach`. */
export const irregularVerbs: ReadonlyMap<string, string> = new Map(
  text
    .trim()
    .split(/;\s*/u)
    .flatMap((line) => {
      const [base = '', ...forms] = line.trim().split(' ');
      return forms.map((form) => [form, base] as const);
    }),
);
