/** Examples of CommonMark 0.31 that read otherwise here, by why. */
export const commonmarkDeviations: Readonly<Record<string, readonly number[]>> = {
  'Raw HTML is shown as the text it is.': [21, 31, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163, 164, 165, 166, 167, 168, 169, 170, 171, 172, 173, 174, 175, 176, 177, 178, 179, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189, 190, 191, 201, 308, 309, 344, 475, 476, 477, 491, 494, 524, 536, 613, 614, 615, 616, 617, 623, 625, 626, 627, 628, 629, 630, 631, 642, 643],
  'Two escaped brackets on a line are a formula, as models write them.': [12],
  'Bare addresses are links, as GFM says.': [602, 608, 611, 612],
};

/** Those of the extensions of GFM 0.29. */
export const gfmDeviations: Readonly<Record<string, readonly number[]>> = {
  'Raw HTML is shown as the text it is.': [657],
};
