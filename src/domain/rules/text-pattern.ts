/**
 * The regular expressions that rules may use: those that any engine reads alike, and that take time in proportion to the
 * text, whatever the text is. So there is nothing in them that could be matched in two ways.
 */

const LONGEST = 100;

const LITERAL = /[^\\^$.|?*+()[\]{}\p{C}]/u;
const ESCAPED = /\\(?:[\\^$.|?*+()[\]{}/]|d)/;
const CLASS = /\[\^?[A-Za-z0-9 .,:;@_/-]+\]/;
const BRANCH = `\\^?(?:${LITERAL.source}|${ESCAPED.source}|\\.|${CLASS.source})+\\$?`;
const PATTERN = new RegExp(`^(?:${BRANCH})(?:\\|${BRANCH})*$`, 'u');

/** The expression, or what is wrong with it. `options`: empty, or `i` for capital and small letters alike. */
export const textPattern = (source: string, options: string): RegExp | string => {
  if (options !== '' && options !== 'i') return 'the only option is "i"';
  if (source.length > LONGEST) return `a pattern has at most ${LONGEST} characters`;
  if (!PATTERN.test(source)) {
    return 'a pattern is made of plain characters, ., \\d, [...], | and, at its beginning and end, ^ and $: no * + ? {} or ()';
  }
  try {
    return new RegExp(source, `u${options}`);
  } catch {
    return 'no regular expression';
  }
};
