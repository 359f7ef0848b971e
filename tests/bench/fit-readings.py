# Fits the weights of ranking (src/intent/words/ranking-weights.ts) on what readings.mjs printed: of each case, the readings
# whose rows are right against the others (softmax with L2). Prints the weights and the share of cases whose first reading
# is right before and after, on all and by cross-validation over databases. Needs numpy.
#   python3 fit-readings.py readings.jsonl
import json, sys, hashlib
import numpy as np

cases = [json.loads(line) for line in open(sys.argv[1])]
cases = [c for c in cases if c['readings']]
names = list(cases[0]['readings'][0]['signs'])
X = [np.array([[r['signs'][n] for n in names] for r in c['readings']], float) for c in cases]
Y = [np.array([r['right'] for r in c['readings']], float) for c in cases]
T = [np.array([r['total'] for r in c['readings']], float) for c in cases]
fold = np.array([int(hashlib.sha256(c['database'].encode()).hexdigest(), 16) // 3 % 5 for c in cases])
start = np.array([{'grounding': 1, 'penalty': -1, 'lost': -.4, 'cut': -.4}.get(n, 0.) for n in names])
scale = 6.0  # the sum is a temperature: heuristic totals differ by tenths

def fit(indexes, l2=float(sys.argv[2]) if len(sys.argv) > 2 else 2.0, steps=600, rate=.05):
    w = start * scale; m = np.zeros_like(w); v = np.zeros_like(w)
    useful = [i for i in indexes if 0 < Y[i].sum() < len(Y[i])]
    for step in range(1, steps + 1):
        g = l2 * (w - start * scale) / len(useful)
        for i in useful:
            s = X[i] @ w; p = np.exp(s - s.max()); p /= p.sum()
            q = p * Y[i]; q /= q.sum() + 1e-12
            g += X[i].T @ (p - q) / len(useful)
        m = .9 * m + .1 * g; v = .999 * v + .001 * g * g
        w = w - rate * (m / (1 - .9 ** step)) / (np.sqrt(v / (1 - .999 ** step)) + 1e-8)
    return w

def share(w, indexes):
    return np.mean([Y[i][np.argmax(X[i] @ w)] for i in indexes])

every = np.arange(len(cases))
print('cases', len(cases), 'first right now', round(np.mean([y[np.argmax(t)] for y, t in zip(Y, T)]), 4), 'any right', round(np.mean([y.max() for y in Y]), 4))
held = np.mean([Y[i][np.argmax(X[i] @ w)] for f in range(5) for w in [fit(every[fold != f])] for i in every[fold == f]])
w = fit(every)
print('fitted, by cross-validation', round(held, 4), 'on all', round(share(w, every), 4))
for n, value in zip(names, w / scale): print(f'  {n}: {value:.3f},')
