/** Text in which arXiv numbers are links to the papers. The text is a constant of our own source (catalogue). */

const ARXIV = /(\d{4}\.\d{5})/;

export function PaperLinks({ text }: { readonly text: string }): React.JSX.Element {
  return (
    <>
      {text.split(ARXIV).map((part, index) =>
        ARXIV.test(part) ? (
          <a key={index} href={`https://arxiv.org/abs/${part}`} target="_blank" rel="noreferrer">
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </>
  );
}
