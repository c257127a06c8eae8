/** A formula as MathML, or as text where there is only text. The MathML is a constant of our own source (catalogue), never anything from a link. */

export function Formula({
  text,
  mathml,
}: {
  readonly text: string;
  readonly mathml?: string | undefined;
}): React.JSX.Element {
  if (mathml === undefined) return <p className="formula">{text}</p>;
  return <p className="formula" title={text} dangerouslySetInnerHTML={{ __html: mathml }} />;
}
