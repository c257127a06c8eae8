/** Milliseconds that only grow; measures durations, decides nothing. Passed in so that tests can stand still. */
export type Clock = () => number;

export const monotonicClock: Clock = () => performance.now();
