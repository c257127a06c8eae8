/** Integer expressions of the shader preprocessor: a recursive-descent evaluator, so that no text is ever run as code. */

export type TemplateConstants = Readonly<Record<string, number | string>>;

type Value = number | string;

const tokenPattern = /\s*(\d+(?:\.\d+)?|[A-Za-z_]\w*|&&|\|\||==|!=|<=|>=|[-+*/%()<>!?:[\]])/y;

const precedence: Readonly<Record<string, number>> = {
  '||': 1, '&&': 2, '==': 3, '!=': 3, '<': 4, '>': 4, '<=': 4, '>=': 4, '+': 5, '-': 5, '*': 6, '/': 6, '%': 6,
}; // prettier-ignore

/** Value of `text` under `constants`; division rounds towards zero, `NAME[i]` looks up the constant NAMEi. Throws on unknown names and bad syntax. */
export function evaluateExpression(text: string, constants: TemplateConstants): Value {
  const tokens = tokenize(text);
  let position = 0;

  function ternary(): Value {
    const condition = binary(1);
    if (tokens[position] !== '?') return condition;
    position++;
    const whenTrue = ternary();
    expect(':');
    const whenFalse = ternary();
    return Number(condition) !== 0 ? whenTrue : whenFalse;
  }

  function binary(minimum: number): Value {
    let left = unary();
    for (;;) {
      const operator = tokens[position] ?? '';
      const level = precedence[operator];
      if (level === undefined || level < minimum) return left;
      position++;
      left = apply(operator, left, binary(level + 1));
    }
  }

  function unary(): Value {
    const token = tokens[position++];
    if (token === undefined) throw new Error(`'${text}' ends too early`);
    if (token === '-') return -Number(unary());
    if (token === '!') return Number(unary()) === 0 ? 1 : 0;
    if (token === '(') {
      const inner = ternary();
      expect(')');
      return inner;
    }
    if (/^\d/.test(token)) return Number(token);
    if (!/^[A-Za-z_]/.test(token)) throw new Error(`unexpected '${token}' in '${text}'`);
    let name = token;
    if (tokens[position] === '[') {
      position++;
      name += String(ternary());
      expect(']');
    }
    const value = Object.hasOwn(constants, name) ? constants[name] : undefined;
    if (value === undefined) throw new Error(`unknown name '${name}' in '${text}'`);
    return value;
  }

  function expect(token: string): void {
    if (tokens[position++] !== token) throw new Error(`expected '${token}' in '${text}'`);
  }

  const value = ternary();
  if (position !== tokens.length) throw new Error(`unexpected '${tokens[position] ?? ''}' in '${text}'`);
  return value;
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.trimEnd().length) {
    const start = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (!match?.[1]) throw new Error(`cannot read '${text.slice(start)}' in '${text}'`);
    tokens.push(match[1]);
  }
  return tokens;
}

function apply(operator: string, left: Value, right: Value): number {
  if (operator === '==') return left === right ? 1 : 0;
  if (operator === '!=') return left !== right ? 1 : 0;
  const a = Number(left);
  const b = Number(right);
  if (Number.isNaN(a) || Number.isNaN(b)) throw new Error(`'${String(left)} ${operator} ${String(right)}' is not arithmetic`);
  switch (operator) {
    case '||': return a !== 0 || b !== 0 ? 1 : 0;
    case '&&': return a !== 0 && b !== 0 ? 1 : 0;
    case '<': return a < b ? 1 : 0;
    case '>': return a > b ? 1 : 0;
    case '<=': return a <= b ? 1 : 0;
    case '>=': return a >= b ? 1 : 0;
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    case '/': return Math.trunc(a / b);
    case '%': return a % b;
    default: throw new Error(`unknown operator ${operator}`);
  }
} // prettier-ignore
