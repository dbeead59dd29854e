/** What a function is registered as, and what a step names it by: at most 100 characters. In a file of its own, so that a program needs no validator for it. */
export const functionNamePattern = /^[A-Za-z_][A-Za-z0-9_.:/-]{0,99}$/;
