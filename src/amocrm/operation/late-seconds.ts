/** Seconds after the end of its call for which amoCRM may still carry out a write in doubt. */
export const lateSeconds = 60;
