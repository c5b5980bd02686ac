import { Type } from 'typebox';
import { Task } from '../../amocrm/shapes/tasks.ts';
import { open } from '../results.ts';

export const ReadTask = Type.Object(Task.properties, {
  ...open,
  title: 'Task',
  description: 'A task as amoCRM has it.',
});

export const TaskId = Type.Integer({ description: 'The task’s id.', examples: [4745251] });
