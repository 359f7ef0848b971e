/**
 * Countries, and the states of the largest federal one, as people and databases write them: ISO 3166 codes, names, what
 * is from there. From general knowledge and the ISO standard.
 */

/** A place with its codes, its names (the usual one first) and the words for what is from there. */
export interface Place {
  readonly kind: 'country' | 'state';
  readonly codes: readonly string[];
  readonly names: readonly string[];
  readonly demonyms: readonly string[];
}

const countries = `
AF AFG Afghanistan:Afghan;AL ALB Albania:Albanian;DZ DZA Algeria:Algerian;AD AND Andorra:Andorran;AO AGO Angola:Angolan;
AG ATG Antigua and Barbuda:Antiguan;AR ARG Argentina:Argentine,Argentinian;AM ARM Armenia:Armenian;AU AUS Australia:Australian;AT AUT Austria:Austrian;
AZ AZE Azerbaijan:Azerbaijani;BS BHS Bahamas,The Bahamas:Bahamian;BH BHR Bahrain:Bahraini;BD BGD Bangladesh:Bangladeshi;BB BRB Barbados:Barbadian;
BY BLR Belarus:Belarusian;BE BEL Belgium:Belgian;BZ BLZ Belize:Belizean;BJ BEN Benin:Beninese;BT BTN Bhutan:Bhutanese;BO BOL Bolivia:Bolivian;
BA BIH Bosnia and Herzegovina,Bosnia:Bosnian;BW BWA Botswana:Botswanan;BR BRA Brazil:Brazilian;BN BRN Brunei:Bruneian;BG BGR Bulgaria:Bulgarian;
BF BFA Burkina Faso:Burkinabe;BI BDI Burundi:Burundian;KH KHM Cambodia:Cambodian;CM CMR Cameroon:Cameroonian;CA CAN Canada:Canadian;
CV CPV Cape Verde:Cape Verdean;CF CAF Central African Republic:Central African;TD TCD Chad:Chadian;CL CHL Chile:Chilean;CN CHN China:Chinese;
CO COL Colombia:Colombian;KM COM Comoros:Comorian;CG COG Congo,Republic of the Congo:Congolese;CD COD Democratic Republic of the Congo,DR Congo:Congolese;
CR CRI Costa Rica:Costa Rican;CI CIV Ivory Coast:Ivorian;HR HRV Croatia:Croatian;CU CUB Cuba:Cuban;CY CYP Cyprus:Cypriot;
CZ CZE Czech Republic,Czechia:Czech;DK DNK Denmark:Danish,Dane;DJ DJI Djibouti:Djiboutian;DM DMA Dominica:Dominican;DO DOM Dominican Republic:Dominican;
EC ECU Ecuador:Ecuadorian;EG EGY Egypt:Egyptian;SV SLV El Salvador:Salvadoran;GQ GNQ Equatorial Guinea:Equatorial Guinean;ER ERI Eritrea:Eritrean;
EE EST Estonia:Estonian;SZ SWZ Eswatini,Swaziland:Swazi;ET ETH Ethiopia:Ethiopian;FJ FJI Fiji:Fijian;FI FIN Finland:Finnish,Finn;FR FRA France:French;
GA GAB Gabon:Gabonese;GM GMB Gambia:Gambian;GE GEO Georgia:Georgian;DE DEU Germany:German;GH GHA Ghana:Ghanaian;GR GRC Greece:Greek;
GD GRD Grenada:Grenadian;GT GTM Guatemala:Guatemalan;GN GIN Guinea:Guinean;GY GUY Guyana:Guyanese;HT HTI Haiti:Haitian;HN HND Honduras:Honduran;
HK HKG Hong Kong:Hongkonger;HU HUN Hungary:Hungarian;IS ISL Iceland:Icelandic,Icelander;IN IND India:Indian;ID IDN Indonesia:Indonesian;IR IRN Iran:Iranian;
IQ IRQ Iraq:Iraqi;IE IRL Ireland:Irish;IL ISR Israel:Israeli;IT ITA Italy:Italian;JM JAM Jamaica:Jamaican;JP JPN Japan:Japanese;JO JOR Jordan:Jordanian;
KZ KAZ Kazakhstan:Kazakh,Kazakhstani;KE KEN Kenya:Kenyan;KI KIR Kiribati:Kiribati;KP PRK North Korea:North Korean;KR KOR South Korea,Korea:South Korean,Korean;
KW KWT Kuwait:Kuwaiti;KG KGZ Kyrgyzstan:Kyrgyz;LA LAO Laos:Laotian;LV LVA Latvia:Latvian;LB LBN Lebanon:Lebanese;LS LSO Lesotho:Basotho;
LR LBR Liberia:Liberian;LY LBY Libya:Libyan;LI LIE Liechtenstein:Liechtensteiner;LT LTU Lithuania:Lithuanian;LU LUX Luxembourg:Luxembourgish;
MG MDG Madagascar:Malagasy;MW MWI Malawi:Malawian;MY MYS Malaysia:Malaysian;MV MDV Maldives:Maldivian;ML MLI Mali:Malian;MT MLT Malta:Maltese;
MR MRT Mauritania:Mauritanian;MU MUS Mauritius:Mauritian;MX MEX Mexico:Mexican;MD MDA Moldova:Moldovan;MC MCO Monaco:Monegasque;MN MNG Mongolia:Mongolian;
ME MNE Montenegro:Montenegrin;MA MAR Morocco:Moroccan;MZ MOZ Mozambique:Mozambican;MM MMR Myanmar,Burma:Burmese;NA NAM Namibia:Namibian;NP NPL Nepal:Nepalese,Nepali;
NL NLD Netherlands,The Netherlands,Holland:Dutch;NZ NZL New Zealand:New Zealander;NI NIC Nicaragua:Nicaraguan;NE NER Niger:Nigerien;NG NGA Nigeria:Nigerian;
MK MKD North Macedonia,Macedonia:Macedonian;NO NOR Norway:Norwegian;OM OMN Oman:Omani;PK PAK Pakistan:Pakistani;PS PSE Palestine:Palestinian;PA PAN Panama:Panamanian;
PG PNG Papua New Guinea:Papua New Guinean;PY PRY Paraguay:Paraguayan;PE PER Peru:Peruvian;PH PHL Philippines,The Philippines:Filipino,Philippine;
PL POL Poland:Polish,Pole;PT PRT Portugal:Portuguese;PR PRI Puerto Rico:Puerto Rican;QA QAT Qatar:Qatari;RO ROU Romania:Romanian;
RU RUS Russia,Russian Federation:Russian;RW RWA Rwanda:Rwandan;WS WSM Samoa:Samoan;SM SMR San Marino:Sammarinese;SA SAU Saudi Arabia:Saudi,Saudi Arabian;
SN SEN Senegal:Senegalese;RS SRB Serbia:Serbian,Serb;SC SYC Seychelles:Seychellois;SL SLE Sierra Leone:Sierra Leonean;SG SGP Singapore:Singaporean;
SK SVK Slovakia:Slovak,Slovakian;SI SVN Slovenia:Slovenian,Slovene;SO SOM Somalia:Somali;ZA ZAF South Africa:South African;ES ESP Spain:Spanish,Spaniard;
LK LKA Sri Lanka:Sri Lankan;SD SDN Sudan:Sudanese;SR SUR Suriname:Surinamese;SE SWE Sweden:Swedish,Swede;CH CHE Switzerland:Swiss;SY SYR Syria:Syrian;
TW TWN Taiwan:Taiwanese;TJ TJK Tajikistan:Tajik;TZ TZA Tanzania:Tanzanian;TH THA Thailand:Thai;TG TGO Togo:Togolese;TO TON Tonga:Tongan;
TT TTO Trinidad and Tobago,Trinidad:Trinidadian;TN TUN Tunisia:Tunisian;TR TUR Turkey:Turkish,Turk;TM TKM Turkmenistan:Turkmen;UG UGA Uganda:Ugandan;
UA UKR Ukraine:Ukrainian;AE ARE United Arab Emirates,UAE:Emirati;GB GBR United Kingdom,UK,Great Britain,Britain:British,Briton;
US USA United States,United States of America,USA,America:American;UY URY Uruguay:Uruguayan;UZ UZB Uzbekistan:Uzbek;VE VEN Venezuela:Venezuelan;
VN VNM Vietnam:Vietnamese;YE YEM Yemen:Yemeni;ZM ZMB Zambia:Zambian;ZW ZWE Zimbabwe:Zimbabwean`;

const states = `
AL Alabama;AK Alaska;AZ Arizona;AR Arkansas;CA California;CO Colorado;CT Connecticut;DE Delaware;DC District of Columbia;FL Florida;GA Georgia;
HI Hawaii;ID Idaho;IL Illinois;IN Indiana;IA Iowa;KS Kansas;KY Kentucky;LA Louisiana;ME Maine;MD Maryland;MA Massachusetts;MI Michigan;MN Minnesota;
MS Mississippi;MO Missouri;MT Montana;NE Nebraska;NV Nevada;NH New Hampshire;NJ New Jersey;NM New Mexico;NY New York;NC North Carolina;
ND North Dakota;OH Ohio;OK Oklahoma;OR Oregon;PA Pennsylvania;RI Rhode Island;SC South Carolina;SD South Dakota;TN Tennessee;TX Texas;UT Utah;
VT Vermont;VA Virginia;WA Washington;WV West Virginia;WI Wisconsin;WY Wyoming`;

function placesOf(kind: Place['kind'], text: string): readonly Place[] {
  return text.split(/;\s*/u).map((line) => {
    const [, codes = '', names = '', demonyms = ''] = /^((?:[A-Z]{2,3} )+)([^:]+):?(.*)$/u.exec(line.trim()) ?? [];
    const parts = (list: string): readonly string[] => (list === '' ? [] : list.split(','));
    return { kind, codes: codes.trim().split(' '), names: parts(names), demonyms: parts(demonyms) };
  });
}

const byName = new Map<string, Place[]>();
for (const place of [...placesOf('country', countries), ...placesOf('state', states)])
  for (const name of [...place.names, ...place.demonyms, ...place.codes]) {
    const key = name.toLowerCase();
    byName.set(key, [...(byName.get(key) ?? []), place]);
  }

/** The most words that a place's name has. */
export const placeWordsMax = 4;

/** The places that a phrase names (`Italian`, `USA`, `new york`), in any case; a code only as capitals. */
export function placesNamed(phrase: string): readonly Place[] {
  const plain = phrase.replaceAll('.', '');
  const isCode = /^[A-Z]{2,3}$/u.test(plain);
  return (byName.get(plain.toLowerCase()) ?? []).filter(
    (place) => isCode || !place.codes.includes(plain.toUpperCase()) || place.names.some((name) => name === phrase),
  );
}
