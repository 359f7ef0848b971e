const list = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/u).filter((word) => word !== ''));

/** Words that carry no content of their own: they are never searched in the catalog unless a longer name holds them. */
export const functionWords: ReadonlySet<string> = list(`
a an the of in on at for from to by with without and or but not no nor so than then as is are was were be been being do does did
done has have had having will would can could should shall may might must i me my we us our you your it its they them their he she
his her him who whom whose which what when where why how that this these those there here all any some each every both either
if into onto over under between among about above below per via during within while also just only very much many more most less least
few fewer own same other another such please show list give find tell display return get present make let want need like know see
out up down off again once s t 's ’s ' am because since until through across`);

/** Politeness, charts and other words that change nothing in the data asked for. */
export const fillerWords: ReadonlySet<string> = list(`
please kindly thanks thank chart charts bar bars pie histogram graph plot plots scatter line diagram visualize visualise visualization draw drawing
figure table report dashboard data dataset information info details detail result results record records row rows entry entries list
show display return give find tell get compute calculate determine present report create make let want need know see look like
using use used based corresponding respective respectively following given currently current overall altogether existing available
exist exists database db system value values number numbers all any some just only also simply together them me us their its
axis x y asc desc stacked grouped color colors colour colours bin bins ar please visualise relationship relation correlation compare comparing comparison
associated belong belongs belonging related involved occur occurs occurred happen happened contained contain take took taken
appear appears possible ever each one ones kind exactly possess possesses own owns include includes included including
various several particular certain specific entire whole
whether respect regard terms both themselves itself well way ways people's hers do recorded listed registered there
want wants would i'd ve ll re analyze analyse analysis breakdown distribution summary summarize overview build product
return retrieve provide output select identify describe how i times time`);
