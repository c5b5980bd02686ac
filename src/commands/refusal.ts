import { commandHeads, commandMessages } from '../messages/commands.ts';
import type { Message } from '../messages/message.ts';
import { StoreError } from '../store/store-error.ts';
import { faultOf, terminalLanguage } from '../terminal.ts';

/** What a command cannot do. The message is one line. */
export class Refusal extends Error {
  readonly text: Message;

  constructor(text: Message, options: ErrorOptions = {}) {
    super(text.en, options);
    this.text = text;
  }
}

/** Ends the command with one line that says why; an error that nobody foresaw is thrown on. */
export function refuse(command: keyof typeof commandHeads, error: unknown): void {
  const text = textOf(error);
  if (text === undefined) throw error;
  const language = terminalLanguage();
  process.stderr.write(`${commandHeads[command][language]}: ${text[language]}\n`);
  process.exitCode = 1;
}

function textOf(error: unknown): Message | undefined {
  if (error instanceof Refusal) return error.text;
  const fault = faultOf(error);
  return error instanceof StoreError || fault === undefined ? fault : commandMessages.settingFault(fault);
}
