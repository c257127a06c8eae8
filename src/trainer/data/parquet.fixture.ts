import { parquetWriteBuffer } from 'hyparquet-writer';

/** Three problems in Parquet as the hub's data sets are: Snappy, text beside a number. */
export function problemsParquet(): Uint8Array {
  const problem = ['What is 1 + 1?', 'What is 2 + 3?', 'What is 3 + 5?'];
  const columnData = [
    { name: 'problem', data: problem, type: 'STRING' as const },
    { name: 'answer', data: [2, 5, 8], type: 'INT32' as const },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, codec: 'SNAPPY' }));
}
