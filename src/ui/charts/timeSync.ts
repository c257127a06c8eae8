/** Charts over time that show the same moment under the pointer (Recharts' `syncId`). */
export const timeSync = 'training';
