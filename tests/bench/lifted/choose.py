"""Which gold queries are lifted by hand: a seeded choice of 200, made before any of them was read.

  python3 tests/bench/lifted/choose.py ../shared/bench/cases      prints family, database, category and id of each

By category and family, rare ones nearly whole; within each the databases in turn, cases in the order of a hash, no gold
query twice. A third of the databases (by the hash of their name) is never looked at. No case is swapped for another.
"""
import collections, glob, hashlib, json, os, re, sys

quota = {
    ('agg', 'defog'): 5, ('agg', 'spider_train'): 20,
    ('agg_by_dim', 'defog'): 7, ('agg_by_dim', 'nvbench'): 20, ('agg_by_dim', 'spider_train'): 15,
    ('lookup', 'defog'): 8, ('lookup', 'spider_train'): 26,
    ('nested', 'spider_train'): 26,
    ('ratio', 'defog'): 10,
    ('set_op', 'spider_train'): 24,
    ('time_series', 'nvbench'): 12, ('time_series', 'spider_train'): 2,
    ('topn', 'defog'): 4, ('topn', 'spider_train'): 21,
}
seed = 'lifted 2026-11-21'
place = lambda text: hashlib.sha256(f'{seed}|{text}'.encode()).hexdigest()
hidden = lambda database: int(hashlib.sha256(database.encode()).hexdigest(), 16) % 3 == 0
folded = lambda sql: re.sub(r'\W+', ' ', sql).lower().strip()

cells = collections.defaultdict(lambda: collections.defaultdict(list))
for path in sorted(glob.glob(os.path.join(sys.argv[1], '*', '*', 'cases.jsonl'))):
    family, database = path.split(os.sep)[-3:-1]
    if hidden(database):
        continue
    for line in open(path):
        case = json.loads(line)
        cells[case['category'], family][database].append(case)

chosen, seen = [], set()
for cell in sorted(quota):
    queues = {database: sorted(cells[cell][database], key=lambda case: place(case['id'])) for database in cells[cell]}
    taken = 0
    while taken < quota[cell] and any(queues.values()):
        for database in sorted(queues, key=place):
            while queues[database]:
                case = queues[database].pop(0)
                if (database, folded(case['gold_sql'])) in seen:
                    continue
                seen.add((database, folded(case['gold_sql'])))
                chosen.append((cell[1], database, cell[0], case['id']))
                taken += 1
                break
            if taken == quota[cell]:
                break
    assert taken == quota[cell], cell
for case in sorted(chosen):
    print(*case)
