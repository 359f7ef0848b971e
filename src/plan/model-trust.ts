/**
 * How far a model's readings are trusted over deterministic ones: measured by `dpb eval --llm` on requests whose rows are
 * known, never claimed. All are shares, 0 to 1.
 */
export interface ModelTrust {
  /** The model's reading is taken where the deterministic one is less sure than this; 0: never. */
  readonly below: number;
  /** Share of the model's readings that are right among those that are taken so. */
  readonly right: number;
  /** Share of readings that are right among those which the model read alike. */
  readonly agreed: number;
}
