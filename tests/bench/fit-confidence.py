# Fits the coefficients of confidence on what readings.mjs printed: a logistic function from the evidence of the first reading
# to whether its rows are right (src/intent/words/confidence-coefficients.ts), and a second one from that and the shape of
# its result (src/discovery/data-coefficients.ts). Prints them, with AUROC, calibration error and, for thresholds, the share
# answered and right, by cross-validation over databases. Needs numpy.
#   python3 fit-confidence.py readings.jsonl
import json, sys, hashlib
import numpy as np

cases = [c for c in map(json.loads, open(sys.argv[1])) if c['readings']]
names = [n for n in cases[0]['evidence'] if n != 'declared']
X = np.array([[c['evidence'][n] for n in names] for c in cases], float)
y = np.array([c['readings'][0]['right'] and c['readings'][0]['ran'] for c in cases], float)
fold = np.array([int(hashlib.sha256(c['database'].encode()).hexdigest(), 16) // 3 % 5 for c in cases])
mean, spread = X.mean(0), X.std(0) + 1e-9
Z = np.hstack([np.ones((len(X), 1)), (X - mean) / spread])

def fit(Z, y, l2=3.0):
    w = np.zeros(Z.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-Z @ w)); R = np.eye(len(w)) * l2; R[0, 0] = 0
        w -= np.linalg.solve(Z.T * (p * (1 - p)) @ Z + R, Z.T @ (p - y) + R @ w)
    return w

shape = [c['readings'][0] for c in cases]
data = np.array([[r['rows'] == 0, r['repeats'], r['rows'] == 1] for r in shape], float)

def seen(Z, w, data):
    return np.hstack([np.ones((len(Z), 1)), (Z @ w)[:, None], data])

held = np.zeros(len(y))
for f in range(5):
    w = fit(Z[fold != f], y[fold != f])
    v = fit(seen(Z[fold != f], w, data[fold != f]), y[fold != f], 0.3)
    held[fold == f] = 1 / (1 + np.exp(-seen(Z[fold == f], w, data[fold == f]) @ v))
pos, neg = held[y == 1], held[y == 0]
order = np.argsort(held); bins = np.array_split(order, 10)
print('cases', len(y), 'right', round(y.mean(), 4), 'AUROC', round(np.mean(pos[:, None] > neg[None, :]), 4),
      'ECE', round(sum(abs(held[b].sum() - y[b].sum()) for b in bins) / len(y), 4))
lost = np.array([c['readings'][0]['signs']['lost'] for c in cases])
for t in (.3, .4, .45, .5, .55, .6, .65, .7):
    a = (held >= t) & (lost == 0); s = np.sort(held[a]); half = a & (held >= np.median(held[a]))
    print(f'  from {t}: answered {a.mean():.3f}  right of all {(y * a).mean():.3f}  precision {y[a].mean():.3f}  surer half {y[half].mean():.3f}')
w = fit(Z, y); raw = w[1:] / spread
print(f'  intercept: {w[0] - (raw * mean).sum():.3f},')
for n, value in zip(names, raw): print(f'    {n}: {value:.3f},')
v = fit(seen(Z, w, data), y, 0.3)
for n, value in zip(('intercept', 'before', 'empty', 'repeats', 'single'), v): print(f'  {n}: {value:.3f},')
