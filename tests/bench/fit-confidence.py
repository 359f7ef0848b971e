# Fits the coefficients of confidence on what readings.mjs printed: one logistic function from the evidence of a reading
# (src/intent/words/confidence-coefficients.ts) and the shape of its result (src/discovery/data-coefficients.ts) to whether its
# rows are right. Both are fitted together: until a reading has been run its result is taken for an ordinary one. The reading
# of a case is the one that dpb would take (weighed by the data); one in which a word found nothing is never answered, and one
# whose confidence is bound says nothing of the coefficients: neither is fitted on. Prints them, with AUROC, calibration error and
# the share answered and right, of all and of what is answered, by cross-validation over databases, for each file and family.
# Needs numpy.
#   python3 fit-confidence.py [--weights 1,3,3] readings.jsonl fresh.jsonl…
import json, sys, hashlib
import numpy as np

arguments = sys.argv[1:]
given = None
if arguments[0] == '--weights': given, arguments = [float(x) for x in arguments[1].split(',')], arguments[2:]
counts = given or [1] * len(arguments)
# What the cases have too few of: set by hand, and taken as given by the fit. 0: says nothing that others do not say better.
byHand = {'declared': 1.2, 'lost': -1.2, 'unused': -1.5, 'unforked': -.75, 'unaskedLimit': -1.4, 'astray': -1.6, 'guessed': 0, 'metrics': 0}
# What more of can only speak against a reading, and for it: a weight of the other sign is of something else, and left out.
against = {'penalty', 'cut', 'verbs', 'dropped', 'distinct', 'homes', 'near', 'unmeasured',
           'ungrouped', 'unpicked', 'undenied', 'uncompared', 'unaskedGroups', 'idle', 'keys', 'passed', 'empty', 'repeats', 'nothing'}
speaking = {'grounding', 'weakest', 'lexical', 'lead'}
shapes = ['empty', 'repeats', 'single', 'nothing', 'lead']
strength, folds, threshold = 20.0, 5, .5

def taken(readings):  # as src/discovery/weigh-by-data.ts: the reading, and how far ahead of the next with other rows it is
    usable = [r for r in readings if r['usable']]
    best = next((k for k, r in enumerate(usable[:3]) if r['ran'] and r['rows'] > 0), None)
    if not usable or not usable[0]['ran']: return None
    if best is None: return usable[0], None
    found = usable[best]
    behind = [found['total'] - r['total'] for r in usable[best + 1:]
              if r['ran'] and r['rows'] > 0 and r['fingerprint'] != found['fingerprint']]
    return found, min([.5] + [max(0, b) for b in behind]) ** .5

cases = []
for path, count in zip(arguments, counts):
    for case in map(json.loads, open(path)):
        reading = taken(case['readings'])
        if reading: cases.append((path, case, count, *reading))
paths = np.array([f'{path} {case["family"]}' for path, case, *_ in cases])
names = [n for n in cases[0][3]['evidence'] if n not in byHand]
usual = np.mean([lead for *_, lead in cases if lead is not None])
X = np.array([[r['evidence'][n] for n in names]
              + [r['rows'] == 0, r['repeats'], r['rows'] == 1, r['nothing'], 0 if lead is None else lead - usual]
              for *_, r, lead in cases], float)
offset = np.array([sum(v * r['evidence'].get(n, 0) for n, v in byHand.items()) for *_, r, _ in cases])
y = np.array([r['right'] for *_, r, _ in cases], float)
bound = np.array([r['bound'] for *_, r, _ in cases])
weight = np.array([count for _, _, count, *_ in cases], float)
fold = np.array([int(hashlib.sha256(c['database'].encode()).hexdigest(), 16) // 3 % folds for _, c, *_ in cases])
mean, spread = X.mean(0), X.std(0) + 1e-9
Z = np.hstack([np.ones((len(X), 1)), (X - mean) / spread])

sign = np.array([0] + [-1 if n in against else 1 if n in speaking else 0 for n in names + shapes])

def sure(Z, w, offset): return 1 / (1 + np.exp(-Z @ w - offset))

def fit(rows):
    kept = np.ones(Z.shape[1], bool)
    while True:
        z, w = Z[rows][:, kept], np.zeros(kept.sum())
        R = np.eye(len(w)) * strength
        R[0, 0] = 0
        for _ in range(50):
            p = sure(z, w, offset[rows])
            slope = weight[rows] * p * (1 - p)
            w -= np.linalg.solve(z.T * slope @ z + R, z.T @ (weight[rows] * (p - y[rows])) + R @ w)
        whole = np.zeros(len(kept))
        whole[kept] = w
        if (whole * sign >= 0).all(): return whole
        kept[np.argmin(whole * sign)] = False

def told(p, y):
    pos, neg = p[y == 1], p[y == 0]
    order = np.argsort(p)
    above = np.mean((pos[:, None] > neg) + .5 * (pos[:, None] == neg)) if len(pos) and len(neg) else float('nan')
    error = sum(abs(p[b].sum() - y[b].sum()) for b in np.array_split(order, 10)) / len(y)
    return f'AUROC {above:.3f} ECE {error:.3f} surer half {y[order[len(y) // 2:]].mean():.3f}'

held = np.zeros(len(y))
for f in range(folds):
    inside = fold == f
    held[inside] = sure(Z[inside], fit(~inside & (bound == 1)), offset[inside])
held = np.minimum(held, bound)
for group in [*sorted(set(paths)), '']:
    inside = (paths == group) | (group == '')
    p, right = held[inside], y[inside]
    over = p >= threshold
    print(f'{group or "all"}: {len(p)} cases, right {right.mean():.3f}, {told(p, right)};',
          f'answered {over.mean():.3f}, right of all {(right * over).mean():.3f}, precision {right[over].mean():.3f}, {told(p[over], right[over])}')
w = fit(bound == 1)
raw = w[1:] / spread
print(f'  intercept: {w[0] - (raw * mean).sum():.3f},')
for n, value in [*zip(names, raw), *byHand.items()]:
    if value != 0: print(f'    {n}: {value:.3f},')
for n, value in zip(shapes, raw[len(names):]): print(f'  {n}: {value:.3f},')
print(f'  ordinaryLead: {usual:.3f},')
