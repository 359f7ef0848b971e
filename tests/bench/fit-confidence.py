# Fits the coefficients of confidence on what readings.mjs printed: one logistic function from the evidence of the first reading
# (src/intent/words/confidence-coefficients.ts) and the shape of its result (src/discovery/data-coefficients.ts) to whether its
# rows are right. Both are fitted together: until a reading has been run its result is taken for an ordinary one. Prints
# them, with AUROC, calibration error and, for thresholds, the share answered and right, by cross-validation over databases.
# Needs numpy.
#   python3 fit-confidence.py readings.jsonl
import json, sys, hashlib
import numpy as np

cases = [c for c in map(json.loads, open(sys.argv[1])) if c['readings']]
names = [n for n in cases[0]['evidence'] if n != 'declared']
shapes = ['empty', 'repeats', 'single', 'nothing', 'lead']
first = [c['readings'][0] for c in cases]
X = np.array([[c['evidence'][n] for n in names] for c in cases], float)
def lead(readings):  # as src/discovery/weigh-by-data.ts: the root of how far ahead of the next reading with other rows
    best, behind = readings[0], [r for r in readings[1:] if r['ran'] and r['rows'] > 0 and r['signs']['lost'] == 0]
    return min([.5] + [max(0, best['total'] - r['total']) for r in behind if r['fingerprint'] != best['fingerprint']]) ** .5
leads = [lead(c['readings']) for c in cases]
usual = np.mean(leads)
D = np.array([[r['rows'] == 0, r['repeats'], r['rows'] == 1, r['nothing'], l - usual] for r, l in zip(first, leads)], float)
y = np.array([r['right'] and r['ran'] for r in first], float)
fold = np.array([int(hashlib.sha256(c['database'].encode()).hexdigest(), 16) // 3 % 5 for c in cases])
both = np.hstack([X, D])
mean, spread = both.mean(0), both.std(0) + 1e-9
Z = np.hstack([np.ones((len(X), 1)), (both - mean) / spread])

def fit(Z, y, l2=30.0):
    w = np.zeros(Z.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-Z @ w)); R = np.eye(len(w)) * l2; R[0, 0] = 0
        w -= np.linalg.solve(Z.T * (p * (1 - p)) @ Z + R, Z.T @ (p - y) + R @ w)
    return w

held = np.zeros(len(y))
for f in range(5):
    held[fold == f] = 1 / (1 + np.exp(-Z[fold == f] @ fit(Z[fold != f], y[fold != f])))
pos, neg = held[y == 1], held[y == 0]
order = np.argsort(held); bins = np.array_split(order, 10)
print('cases', len(y), 'right', round(y.mean(), 4), 'AUROC', round(np.mean(pos[:, None] > neg[None, :]), 4),
      'ECE', round(sum(abs(held[b].sum() - y[b].sum()) for b in bins) / len(y), 4))
lost = np.array([r['signs']['lost'] for r in first])
for t in (.3, .4, .45, .5, .55, .6, .65, .7):
    a = (held >= t) & (lost == 0); s = np.sort(held[a]); half = a & (held >= np.median(held[a]))
    print(f'  from {t}: answered {a.mean():.3f}  right of all {(y * a).mean():.3f}  precision {y[a].mean():.3f}  surer half {y[half].mean():.3f}')
w = fit(Z, y); raw = w[1:] / spread
print(f'  intercept: {w[0] - (raw * mean).sum():.3f},')
for n, value in zip(names, raw): print(f'    {n}: {value:.3f},')
for n, value in zip(shapes, raw[len(names):]): print(f'  {n}: {value:.3f},')
print(f'  ordinaryLead: {usual:.3f},')
