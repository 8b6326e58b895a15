/* winograd_weights.h: transforms of weights, and of their gradients, included for each form: FORM
 * names its functions, G0 ... G5 are its six combinations of three weights, and H0 ... H2 those of
 * six coefficients for the gradient, G'. */

/* u[.][to - at][.] for output channels [begin, end): G g G'. LANES input channels are made at a
 * time. */
static void FORM(weight_channels)(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  int64_t step = apart(j->held * j->from);
  for (int64_t to = begin; to < end; to++)
    for (int64_t first = 0; first < j->from; first += LANES) {
      float g[9][LANES] = {{0}}, v[TAPS][3][LANES], u[TAPS][LANES];
      int64_t n = LT_MIN(LANES, j->from - first);
      for (int64_t l = 0; l < n; l++) {
        int64_t from = first + l;
        int64_t index = j->turned ? from * j->to + to : to * j->from + from;
        const float *w = j->w + (index * j->kt + j->kz) * 9;
        for (int i = 0; i < 9; i++) g[i][l] = w[j->turned ? 8 - i : i];
      }
      for (int i = 0; i < 3; i++)
        for (int l = 0; l < LANES; l++) {
#define D(q) g[3 * (q) + i][l]
          v[0][i][l] = G0(D), v[1][i][l] = G1(D), v[2][i][l] = G2(D);
          v[3][i][l] = G3(D), v[4][i][l] = G4(D), v[5][i][l] = G5(D);
#undef D
        }
      float *out = j->u + (to - j->at) * j->from + first;
      for (int i = 0; i < TAPS; i++) {
        for (int l = 0; l < LANES; l++) {
#define D(q) v[i][q][l]
          u[0][l] = G0(D), u[1][l] = G1(D), u[2][l] = G2(D);
          u[3][l] = G3(D), u[4][l] = G4(D), u[5][l] = G5(D);
#undef D
        }
        for (int q = 0; q < TAPS; q++, out += step) put_lanes(out, u[q], n);
      }
    }
}

/* gw += scale G' u G for output channels [begin, end). */
static void FORM(weight_gradients)(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  int64_t step = apart(j->held * j->from), last = (end - j->at) * j->from;
  float *gw = j->gw + (j->at * j->from * j->kt + j->kz) * 9;
  for (int64_t first = (begin - j->at) * j->from; first < last; first += LANES) {
    float u[WEIGHTS][LANES] = {{0}}, v[TAPS][3][LANES], g[9][LANES];
    int64_t n = LT_MIN(LANES, last - first);
    for (int i = 0; i < WEIGHTS; i++) {
      const float *sum = j->u + i * step + first;
      put_lanes(u[i], sum, n);
      for (int64_t q = 1; q < j->slices; q++)
        for (int64_t l = 0; l < n; l++) u[i][l] += sum[q * j->slice + l];
    }
    for (int i = 0; i < TAPS; i++)
      for (int l = 0; l < LANES; l++) {
#define D(q) u[TAPS * i + (q)][l]
        v[i][0][l] = H0(D), v[i][1][l] = H1(D), v[i][2][l] = H2(D);
#undef D
      }
    for (int i = 0; i < 3; i++)
      for (int l = 0; l < LANES; l++) {
#define D(q) v[q][i][l]
        g[i][l] = H0(D), g[3 + i][l] = H1(D), g[6 + i][l] = H2(D);
#undef D
      }
    for (int64_t l = 0; l < n; l++)
      for (int i = 0; i < 9; i++) gw[(first + l) * j->kt * 9 + i] += j->scale * g[i][l];
  }
}

#undef FORM
#undef G0
#undef G1
#undef G2
#undef G3
#undef G4
#undef G5
#undef H0
#undef H1
#undef H2
