/** What names of LaTeX and of plain text mean. Data only. */

/** Functions by every name under which they are written; the value is the name in the tree. */
export const functions: ReadonlyMap<string, string> = new Map(
  Object.entries({
    sin: 'sin',
    cos: 'cos',
    tan: 'tan',
    sec: 'sec',
    csc: 'csc',
    cosec: 'csc',
    cot: 'cot',
    arcsin: 'arcsin',
    arccos: 'arccos',
    arctan: 'arctan',
    asin: 'arcsin',
    acos: 'arccos',
    atan: 'arctan',
    arccot: 'arccot',
    arcsec: 'arcsec',
    arccsc: 'arccsc',
    sinh: 'sinh',
    cosh: 'cosh',
    tanh: 'tanh',
    coth: 'coth',
    ln: 'ln',
    log: 'log',
    lg: 'log',
    exp: 'exp',
    abs: 'abs',
    floor: 'floor',
    ceil: 'ceil',
    gcd: 'gcd',
    lcm: 'lcm',
    max: 'max',
    min: 'min',
    arg: 'arg',
    Re: 're',
    Im: 'im',
    det: 'det',
    cbrt: 'cbrt',
  }),
);

/** Functions of an angle: a degree sign in their argument counts. */
export const angleFunctions: ReadonlySet<string> = new Set(['sin', 'cos', 'tan', 'sec', 'csc', 'cot']);

export const inverses: ReadonlyMap<string, string> = new Map(
  ['sin', 'cos', 'tan', 'cot', 'sec', 'csc'].map((name) => [name, `arc${name}`]),
);

/** Commands that stand for one token of another spelling. */
export const commandSymbols: ReadonlyMap<string, string> = new Map(
  Object.entries({
    cdot: '*',
    times: '*',
    ast: '*',
    bullet: '*',
    div: '/',
    pm: '±',
    mp: '∓',
    le: '<=',
    leq: '<=',
    leqslant: '<=',
    ge: '>=',
    geq: '>=',
    geqslant: '>=',
    lt: '<',
    gt: '>',
    ne: '!=',
    neq: '!=',
    approx: '~',
    simeq: '~',
    sim: '~',
    thickapprox: '~',
    equiv: '=',
    coloneqq: '=',
    in: 'in',
    cup: 'union',
    cap: 'intersection',
    setminus: 'difference',
    backslash: 'difference',
    infty: 'infinity',
    circ: 'deg',
    degree: 'deg',
    percent: '%',
    lbrace: '\\{',
    rbrace: '\\}',
    lbrack: '[',
    rbrack: ']',
    langle: '\\<',
    rangle: '\\>',
    lparen: '(',
    rparen: ')',
    vert: '|',
    lvert: '|',
    rvert: '|',
    mid: '|',
    Vert: '|',
    lVert: '|',
    rVert: '|',
    colon: ':',
    prime: "'",
    ldots: 'dots',
    cdots: 'dots',
    dots: 'dots',
    dotsc: 'dots',
    dotsb: 'dots',
    vdots: 'dots',
    ddots: 'dots',
    emptyset: 'empty',
    varnothing: 'empty',
    lfloor: 'lfloor',
    rfloor: 'rfloor',
    lceil: 'lceil',
    rceil: 'rceil',
    cr: '\\\\',
    tabularnewline: '\\\\',
    land: ',',
    lor: ',',
    wedge: ',',
    vee: ',',
  }),
);

/** Commands without a meaning of their own. */
export const ignoredCommands: ReadonlySet<string> = new Set(
  (
    'left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm middle displaystyle textstyle ' +
    'scriptstyle limits nolimits quad qquad enspace thinspace negthinspace hfill hline noindent mathstrut strut ' +
    'rm bf it sf tt cal boldsymbol angle triangle square therefore because nobreakspace ensuremath smash ' +
    'displaylimits allowbreak relax cline'
  ).split(' '),
);

/** Commands whose argument is prose. */
export const textCommands: ReadonlySet<string> = new Set(
  'text mbox textbf textit textrm textnormal textsf texttt textsc hbox textup emph'.split(' '),
);

/** Commands that only change the look of their argument. */
export const styleCommands: ReadonlySet<string> = new Set(
  'mathrm mathbf mathit mathsf mathtt mathcal mathfrak boldsymbol bm operatorname mathord mathop boxed fbox underline underbrace'.split(
    ' ',
  ),
);

/** Commands that put a mark on their argument, which then is another thing. */
export const accentCommands: ReadonlySet<string> = new Set(
  'overline bar vec hat tilde overrightarrow widehat dot ddot overleftrightarrow widetilde'.split(' '),
);

export const structureCommands: ReadonlySet<string> = new Set(
  'frac dfrac tfrac cfrac sfrac sqrt binom dbinom tbinom begin end mathbb phantom hphantom vphantom pmod bmod mod sum int prod lim'.split(
    ' ',
  ),
);

const greek =
  'alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho varrho sigma tau ' +
  'upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar partial nabla';
export const greekLetters: ReadonlySet<string> = new Set(greek.split(' '));

/** Every command that is known, for splitting glued ones: \sinx, \pir. */
export const knownCommands: ReadonlySet<string> = new Set([
  ...functions.keys(),
  ...commandSymbols.keys(),
  ...ignoredCommands,
  ...textCommands,
  ...styleCommands,
  ...accentCommands,
  ...structureCommands,
  ...greekLetters,
  'pi',
]);

const numberWordList =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty';
/** Numbers spelled out. */
export const numberWords: ReadonlyMap<string, number> = new Map(
  numberWordList.split(' ').map((word, value) => [word, value]),
);
