/** Characters of the shipped tokenizer in id order after EOS (id 0): ids 1 to 15. */
export const arithmeticAlphabet = '0123456789+-*=:';
