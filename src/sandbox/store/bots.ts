export type BotTarget = 'leads' | 'contacts';

/** A Salesbot; the sandbox keeps for whom it was run, and runs nothing. */
export interface Bot {
  id: number;
  name: string;
  runs: { kind: BotTarget; id: number }[];
}
