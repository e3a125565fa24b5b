r"""Formulas of the method sections, in LaTeX, each with the sentence that says what its letters mean.

A formula stands between ``$$`` and is the same in every language; a letter in a sentence stands between ``$``. The measures
that compute them give the same formulas with their sources.
"""

from __future__ import annotations

from typing import Final

from jingan_analysis.language import mark

WITHIN_REACH: Final = r"$$d_{ij} \le v\,t, \qquad \hat p = \frac{\sum_i P_i\, r_i}{\sum_i P_i}$$"
WITHIN_REACH_WHERE: Final = mark(
    "Where $d_{ij}$ is the walk from home $i$ to site $j$, $v$ the walking speed and $t$ the time limit; $P_i$ people live at home $i$, and "
    "$r_i$ is one if some site is within reach of it and zero if none is."
)

WILSON: Final = r"$$\frac{\hat p + \dfrac{z^2}{2n} \pm z\sqrt{\dfrac{\hat p\,(1-\hat p)}{n} + \dfrac{z^2}{4n^2}}}{1 + \dfrac{z^2}{n}}$$"
WILSON_WHERE: Final = mark(
    "Where $\\hat p$ is the share, $n$ what it is a share of, and $z$ the normal quantile of the confidence level."
)

EFFECTIVE_SIZE: Final = (
    r"$$\hat V = \frac{m}{m-1}\; \frac{\sum_i (y_i - \hat p\, n_i)^2}{(\sum_i n_i)^2}$$",
    r"$$n = \min\left(\frac{\hat p\,(1-\hat p)}{\hat V},\; \sum_i n_i\right)$$",
)
EFFECTIVE_SIZE_WHERE: Final = mark(
    "Where $y_i$ of the $n_i$ people at place $i$ have the property, and people live at $m$ places. Where everybody or nobody has it, "
    "$n$ is the square of the sum of $n_i$ over the sum of their squares."
)

POISSON: Final = r"$$\left[\frac{\chi^2_{\alpha/2;\;2k}}{2e},\;\; \frac{\chi^2_{1-\alpha/2;\;2k+2}}{2e}\right]$$"
POISSON_WHERE: Final = mark(
    "Where $k$ services are counted over $e$ households, $\\alpha$ is one minus the confidence level, and $\\chi^2$ is a quantile of the "
    "chi-squared distribution with the degrees of freedom after the semicolon."
)
MARRIAGE_RATE_WHERE: Final = mark(
    "Where $k$ marriages are counted over $e$ residents, $\\alpha$ is one minus the confidence level, and $\\chi^2$ is a quantile of the "
    "chi-squared distribution with the degrees of freedom after the semicolon."
)

CASCADE: Final = r"$$\frac{N_k}{N_0}, \qquad \frac{N_k}{N_{k-1}}$$"
CASCADE_WHERE: Final = mark(
    "Where $N_0$ is the number of eligible households and $N_k$ the number of them that reached step $k$ and all steps before it: the share "
    "of all, and the share of the step before."
)

CATCHMENT: Final = (
    r"$$f(d) = \frac{e^{-\frac12 (d/d_0)^2} - e^{-\frac12}}{1 - e^{-\frac12}} \quad (d \le d_0)$$",
    r"$$R_j = \frac{S_j}{\sum_i P_i\, f(d_{ij})}, \qquad A_i = \sum_j R_j\, f(d_{ij})$$",
)
CATCHMENT_WHERE: Final = mark(
    "Where $d_0$ is the limit and $f$ is zero beyond it; $S_j$ is what site $j$ gives out, $P_i$ the people at home $i$, "
    "$d_{ij}$ the walk between them, $R_j$ what the site has for each of its people, and $A_i$ what each person at home $i$ receives."
)

CASE_AT_RANDOM: Final = r"$$s_m = \frac{\sum_i P_i\, r_{im}}{\sum_i P_i}, \qquad \bar s = \sum_m q_m\, s_m$$"
CASE_AT_RANDOM_WHERE: Final = mark(
    "Where $P_i$ people live at home $i$, $r_{im}$ is one if some point within the access threshold handles matter $m$, "
    "$q_m$ is the matter's share of all cases, and $\\bar s$ the probability."
)

BEST_PAIRS: Final = (
    r"$$\max_{x, z}\; \sum_m q_m \sum_i P_i\, z_{im} \qquad z_{im} \le \sum_{s \in N(i)} x_{sm}, \quad z_{im} \le 1, "
    r"\quad \sum_{s, m} x_{sm} \le B$$"
)
BEST_PAIRS_WHERE: Final = mark(
    "Where $x_{sm}$ is one if matter $m$ is opened at spot $s$, $z_{im}$ one if home $i$ gains it, $N(i)$ are the spots near "
    "home $i$, $P_i$ its people, $q_m$ the matter's share of all cases, and $B$ the number of pairs."
)

GINI: Final = r"$$G = 1 - \sum_i (F_i - F_{i-1})(L_i + L_{i-1})$$"
GINI_WHERE: Final = mark(
    "Where homes are in the order of what they have, $F_i$ is the share of the people up to home $i$, and $L_i$ their share of what there is."
)

THEIL: Final = r"$$T = \sum_g \frac{W_g\,\mu_g}{W\mu}\,\ln\,\frac{\mu_g}{\mu} + \sum_g \frac{W_g\,\mu_g}{W\mu}\, T_g$$"
THEIL_WHERE: Final = mark(
    "Where $W_g$, $\\mu_g$ and $T_g$ are the people, the mean and the index of sub-district $g$, and $W$ and $\\mu$ the people and the mean of "
    "all: the part between sub-districts, and the part within them."
)

MORAN: Final = r"$$I = \frac{n}{\sum_{i,j} w_{ij}}\; \frac{\sum_{i,j} w_{ij}\, z_i\, z_j}{\sum_i z_i^2}$$"
MORAN_WHERE: Final = mark(
    "Where $z_i$ is how far sub-district $i$ is from the mean of all $n$, and $w_{ij}$ is the weight of $j$ among the neighbours of $i$."
)

WALKER: Final = r"$$\pi_i = \Pr\left(\min_j \left(\frac{d_{ij}}{v} + c_{ij}\right) \le t\right)$$"
WALKER_WHERE: Final = mark(
    "Where $\\pi_i$ is the probability of home $i$, $d_{ij}$ its walk to site $j$, $v$ the speed of a walker drawn at random, $c_{ij}$ the time "
    "spent in rests and waits, and $t$ the time limit."
)

SHAPLEY: Final = r"$$\phi_k = \sum_T \frac{n_T!\,(3-n_T)!}{4!} \left[g(T \cup k) - g(T)\right]$$"
SHAPLEY_WHERE: Final = mark(
    "Where $\\phi_k$ is the part of condition $k$, $T$ any set of $n_T$ of the other three conditions, and $g(T)$ what a person of the sub-district has "
    "when the conditions in $T$ are made even."
)

INCIDENCE: Final = r"$$\hat F_k(t) = \sum_{t_j \le t} \hat S(t_{j-1})\, \frac{d_{kj}}{n_j}$$"
INCIDENCE_WHERE: Final = mark(
    "Where $d_{kj}$ of the $n_j$ cases still followed end in way $k$ on day $t_j$, and $\\hat S$ is the share that has not ended in any way."
)

FITNESS: Final = r"$$1 - \frac{\sum_c \mathrm{cost}(c)}{\sum_c \mathrm{worst}(c)}$$"
FITNESS_WHERE: Final = mark(
    "Where $\\mathrm{cost}(c)$ is the least number of events to strike out and of steps to add that makes case $c$ a run of the model, and "
    "$\\mathrm{worst}(c)$ what it would be without any event in common."
)

CHAPMAN: Final = r"$$\hat N = \sum_s \left[\frac{(n_{1s}+1)(n_{2s}+1)}{m_s+1} - 1\right]$$"
CHAPMAN_WHERE: Final = mark(
    "Where, in sub-district $s$, $n_{1s}$ people stand on the first list, $n_{2s}$ on the second and $m_s$ on both."
)

XMR: Final = r"$$\bar x \pm 2.66\, \overline{mR}$$"
XMR_WHERE: Final = mark(
    "Where $\\bar x$ is the mean of the months and $\\overline{mR}$ the mean difference between one month and the next, without leaps."
)

ASSIGNMENT: Final = (
    r"$$\max \sum_{(g,p)} f_{gp}, \qquad \sum_p f_{gp} \le w_g, \qquad \sum_g f_{gp} \le c_p, \qquad f_{gp} \ge 0$$"
)
ASSIGNMENT_WHERE: Final = mark(
    "Where $f_{gp}$ are the units that supplier $p$ gives to group $g$ if it is open to it, $w_g$ the units that the group wants and $c_p$ those "
    "that the supplier has room for."
)
ASSIGNMENT_BOUND: Final = (
    r"$$\sum_{(g,p)} f_{gp} \;\le\; \sum_p c_p\, y_p + \sum_g w_g \max\left(0,\; 1 - \min_p y_p\right)$$"
)

SHRINKAGE: Final = r"$$\hat p_i = w_i\, \frac{x_i}{n_i} + (1 - w_i)\, m, \qquad w_i = \frac{n_i}{n_i + M}$$"
SHRINKAGE_WHERE: Final = mark(
    "Where $x_i$ of the $n_i$ households of sub-district $i$ were never served, $m$ is the mean of the distribution of shares, $M$ the number of "
    "households that it is worth, and $w_i$ the own weight."
)

FUNNEL: Final = r"$$z_i = \frac{x_i / n_i - p}{\sqrt{p\,(1-p)/n_i}}, \qquad p \pm z\sqrt{p\,(1-p)/n_i + \tau^2}$$"
FUNNEL_WHERE: Final = mark(
    "Where $p$ is the district's share, $z$ the normal quantile of a limit and $\\tau$ the usual spread between sub-districts, by the method of "
    "moments from the $z_i$. Limits by chance alone are exact binomial ones."
)

KAPLAN_MEIER: Final = (
    r"$$\hat S(t) = \prod_{t_j \le t} \left(1 - \frac{d_j}{n_j}\right), \qquad \hat S^{\exp\left(\pm z \sqrt{V} / (\hat S \log \hat S)\right)}, "
    r"\qquad V = \hat S^2 \sum_{t_j \le t} \frac{d_j}{n_j (n_j - d_j)}$$"
)
KAPLAN_MEIER_WHERE: Final = mark(
    "Where $d_j$ of the $n_j$ households still waiting have their first service on day $t_j$; the second expression is the interval, with Greenwood's "
    "variance $V$ and the normal quantile $z$."
)

COX: Final = r"$$\lambda_i(t) = \lambda_{s(i)}(t)\, e^{x_i^\top \beta}$$"
COX_WHERE: Final = mark(
    "Where $\\lambda_i(t)$ is the chance of household $i$ to be served on day $t$ if it still waits, $\\lambda_s$ that of its sub-district, left open, "
    "$x_i$ what is known of the household, and $e^\\beta$ the hazard ratios."
)

COUNTS: Final = (
    r"$$\log \mu_i = \log e_i + \beta_0 + x_i^\top \beta, \qquad \mathrm{Var}(y_i) = \mu_i + \alpha \mu_i^2$$"
)
COUNTS_WHERE: Final = mark(
    "Where $y_i$ services with mean $\\mu_i$ are counted over $e_i$ months, $x_i$ is what is known of the household, $e^\\beta$ are the rate ratios, and "
    "$\\alpha$ is the over-dispersion."
)

ALKIRE_FOSTER: Final = r"$$c_i = \sum_j w_j\, g_{ij}, \qquad H = \frac{1}{n} \sum_i [c_i \ge k], \qquad A = \frac{\sum_i c_i [c_i \ge k]}{\sum_i [c_i \ge k]}, \qquad M_0 = H A$$"
ALKIRE_FOSTER_WHERE: Final = mark(
    "Where $g_{ij}$ is one if household $i$ of $n$ has a need in dimension $j$ and zero if not, $w_j$ is the weight of the dimension, all weights adding up to "
    "one, and $k$ the share of weighted dimensions from which needs are several."
)

CONCENTRATION: Final = r"$$C = \frac{2}{\mu}\, \mathrm{cov}(y, R), \qquad E = 4 \mu\, C$$"
CONCENTRATION_WHERE: Final = mark(
    "Where $y$ is what a household has, $\\mu$ its mean, $R$ the household's rank by need from $0$ to $1$, $C$ the standard index and $E$ Erreygers' index of a "
    "value between $0$ and $1$."
)

OCCUPANCY: Final = r"$$\frac{N_1}{B_1} - \frac{N_0}{B_0} = \frac{N_1 - N_0}{B_1} - \frac{N_0\,(B_1 - B_0)}{B_0\,B_1}$$"
OCCUPANCY_WHERE: Final = mark(
    "Where $N_0$ and $N_1$ are occupied beds a day before and now, and $B_0$ and $B_1$ usable ones. The first part is what residents did, the "
    "second what beds did."
)

INTERRUPTED: Final = r"$$\operatorname{logit}\mu_t = \beta_0 + \beta_1 t + \sum_k \bigl(\gamma_k + \delta_k\,(t - T_k)\bigr)\,I(t \ge T_k) + s_t$$"
INTERRUPTED_WHERE: Final = mark(
    "Where $\\mu_t$ is the expected occupancy of month $t$, $T_k$ the first month of break $k$, $\\gamma_k$ the step and $\\delta_k$ the change of "
    "slope there, $I$ is one from the break on and zero before, and $s_t$ is season and Spring Festival."
)

OCCUPATION: Final = r"$$\hat P(0,t) = \prod_{u \le t} \bigl(I + \Delta\hat A(u)\bigr), \qquad \Delta\hat A_{hj}(u) = \frac{d_{hj}(u)}{n_h(u)}$$"
OCCUPATION_WHERE: Final = mark(
    "Where $d_{hj}(u)$ of the $n_h(u)$ people in state $h$ move to state $j$ on day $u$, $I$ is the identity matrix, and row $h$ of $\\hat P(0,t)$ "
    "holds the chances to be in each state after $t$ days."
)

ERLANG_B: Final = r"$$B(c,a) = \frac{a^c / c!}{\sum_{k=0}^{c} a^k / k!}, \qquad a = \lambda\,\bar x$$"
ERLANG_B_WHERE: Final = mark(
    "Where $a$ is the load, arrivals a day $\\lambda$ times the mean stay $\\bar x$, $c$ the number of beds and $B$ the share of arrivals that find "
    "every bed occupied."
)

P_PRIME: Final = r"$$\bar p \pm 3\,\sqrt{\frac{\bar p\,(1-\bar p)}{n_i}}\;\frac{\overline{mR}(z)}{1.128}$$"
P_PRIME_WHERE: Final = mark(
    "Where $n_i$ checks are due in week $i$, $\\bar p$ is the share met over all weeks, and the last factor, the mean moving range of the "
    "standardised shares over that of chance, says how much more they vary than chance alone would make them."
)

PAIRING: Final = r"$$\min_x\; \sum_{(i,j)} c_{ij}\, x_{ij} + p \left(b - \sum_i x_{i\,b(i)}\right), \qquad \sum_j x_{ij} \le 1, \quad \sum_i x_{ij} \le k_j$$"
PAIRING_WHERE: Final = mark(
    "Where $x_{ij}$ says whether place $i$ is given to volunteer $j$, $c_{ij}$ is the walk between their homes, $p$ the price of a broken pair, "
    "$b$ the number of pairs that exist, $b(i)$ the present volunteer, and $k_j$ the room of volunteer $j$."
)

NEXT_SITES: Final = r"$$\max_{x, z}\; \sum_i w_i\, z_i \quad\text{with}\quad z_i \le \sum_{j \in N(i)} x_j, \quad 0 \le z_i \le 1, \quad x \in X$$"
NEXT_SITES_WHERE: Final = mark(
    "Where $x_j$ says whether site $j$ is open and $X$ are the choices that the rules allow: sites that stand, new ones at most; $z_i$ whether "
    "home $i$ with $w_i$ people counted has an open site near, and $N(i)$ are the sites near it."
)

FAIRNESS: Final = r"$$\max_{x, z}\; \sum_i w_i\, z_i \quad\text{with}\quad \sum_{i \in u} w_i\, z_i \ge \tau\, W_u \quad\text{for all areas } u$$"
FAIRNESS_WHERE: Final = mark(
    "Where $W_u$ are the people of area $u$ and $\\tau$ is the share below which none may stay; it is raised just above the lowest share of each answer "
    "until there is none left."
)

REGRET: Final = r"$$\min_x\; \max_s \left(\max_{x'} C_s(x') - C_s(x)\right)$$"
REGRET_WHERE: Final = mark(
    "Where $C_s(x)$ is the share of the people of scenario $s$ who are near an open site of choice $x$, and $x'$ runs over all choices that the rules allow."
)

COMPETING_MEDIAN: Final = r"$$\hat t_{1/2} = \min\{t : \hat F_1(t) \ge \tfrac12\}$$"
COMPETING_MEDIAN_WHERE: Final = mark(
    "Where $\\hat F_1$ is the cumulative incidence of acceptance: if more than half of the applications never come to it, there is no such day."
)

CASE_SERIES: Final = r"$$L = \prod_i \prod_k \left(\frac{d_{ik}\, e^{\alpha_{s(k)} + \beta_{w(k)}}}{\sum_m d_{im}\, e^{\alpha_{s(m)} + \beta_{w(m)}}}\right)^{y_{ik}}$$"
CASE_SERIES_WHERE: Final = mark(
    "Where person $i$ had $y_{ik}$ falls in the $d_{ik}$ days of time $k$, $\\beta_w$ is the log rate ratio of its window $w$ and $\\alpha_s$ that of its age "
    "and season $s$; both are zero outside windows and at the first age and season."
)

CRUDE_RATIO: Final = r"$$\frac{y_1 / m_1}{y_0 / m_0}$$"
CRUDE_RATIO_WHERE: Final = mark(
    "Where $y_0$ falls in $m_0$ person-months come before and $y_1$ in $m_1$ after; the interval follows from that of the share $y_1 / (y_0 + y_1)$."
)

ALONG_NEED: Final = r"$$C = \frac{2}{\mu}\, \mathrm{cov}(y, R)$$"
ALONG_NEED_WHERE: Final = mark(
    "Where $y$ is the number of adapted homes for each household in need of a sub-district, $\\mu$ its mean, and $R$ the rank of the sub-district by "
    "the share of its older people in need, from $0$ to $1$, weighed by households in need."
)

CAPACITY_USE: Final = r"$$u = \frac{\sum_j m_j}{\sum_j K_j\, n_j}$$"
CAPACITY_USE_WHERE: Final = mark(
    "Where canteen $j$ served $m_j$ meals on $n_j$ days, and its kitchen can cook $K_j$ a day."
)

DAILY_MEALS: Final = (
    r"$$\log \mu_{jt} = a_j + \beta_{k(t)} + \gamma \sin \frac{2\pi t}{T} + \delta \cos \frac{2\pi t}{T} + \tau \frac{t}{T}, "
    r"\qquad \operatorname{Var} y_{jt} = \mu_{jt} + \alpha \mu_{jt}^2$$"
)
DAILY_MEALS_WHERE: Final = mark(
    "Where $y_{jt}$ is the meals of canteen $j$ on day $t$, $\\mu_{jt}$ their mean, $a_j$ the canteen’s level, $k(t)$ the kind of the day, "
    "$T$ the days of a year, and $\\alpha$ the over-dispersion; $e^{\\beta}$ is the rate ratio to an ordinary weekday."
)

SEATS: Final = r"$$u_{jt} = \frac{n_{jt}}{s_j \lfloor h_{jt} / b \rfloor}$$"
SEATS_WHERE: Final = mark(
    "Where $n_{jt}$ lunches were eaten in at canteen $j$ on day $t$, it has $s_j$ seats and is open for $h_{jt}$ minutes of lunch, and a "
    "sitting takes $b$ minutes."
)

OPENINGS: Final = r"$$\log \frac{\mu_t}{e_t} = \beta_0 + \beta_1 t + \sum_k \gamma_k\, I(t \ge T_k) + s_t, \qquad e_t = \sum_{d \in t} \rho_{k(d)}$$"
OPENINGS_WHERE: Final = mark(
    "Where $\\mu_t$ marriages are expected in month $t$, $T_k$ is the first month of opening $k$ and $\\gamma_k$ its step, $s_t$ is the season, and "
    "$e_t$ counts the open days $d$ of the month, each with the ratio $\\rho$ of its kind."
)
MOVED_CREATED: Final = r"$$\frac{y_t}{e_t} = \beta_0 + \beta_1 t + \sum_k \lambda_k\, I(t \ge T_k) + s_t, \qquad \lambda^{\text{here}}_k + \lambda^{\text{elsewhere}}_k = \lambda^{\text{both}}_k$$"
MOVED_CREATED_WHERE: Final = mark(
    "Where $y_t$ are marriages here, elsewhere or together and $\\lambda_k$ is the change of their level at opening $k$; with the same terms least "
    "squares makes the parts add up."
)
CALENDAR: Final = (
    r"$$\log \mu_d = \alpha_{m(d)} + \log \rho_{k(d)}, \qquad \operatorname{Var} y_d = \mu_d + \alpha \mu_d^2$$"
)
CALENDAR_WHERE: Final = mark(
    "Where $y_d$ marriages are registered on open day $d$, $m(d)$ is its month and $k(d)$ its kind, and $\\alpha$ is the over-dispersion."
)
WISHES: Final = (
    r"$$\log L(\rho) = \sum_{y_d < c_d} \log P(D_d = y_d) + \sum_{y_d = c_d} \log P(D_d \ge c_d)$$",
    r"$$\frac{E \min(D, c)}{E D} = \frac{1}{\mu} \sum_{j=0}^{c-1} P(D > j)$$",
)
WISHES_WHERE: Final = mark(
    "Where $y_d$ of $c_d$ slots of day $d$ were booked, $D$ is how many wished it, with mean $\\mu$: the ratio $\\rho$ times the usual number of its "
    "month. The second formula is the share of them that $c$ slots serve."
)
ERLANG_C: Final = r"$$P(W > t) = C(c,a)\, e^{-(c-a)\,t/\bar x}, \qquad C(c,a) = \frac{c\,B(c,a)}{c - a + a\,B(c,a)}$$"
ERLANG_C_WHERE: Final = mark(
    "Where $a$ is the load, arrivals a minute times the mean visit $\\bar x$, $c$ the number of windows, $B$ Erlang’s loss and $W$ the wait."
)
TRAVEL_SAVED: Final = r"$$S = \frac{1}{60} \sum_g n_g \cdot 2\,q\,(a_g - h_g)$$"
TRAVEL_SAVED_WHERE: Final = mark(
    "Where $n_g$ couples are of scope $g$, $a_g$ and $h_g$ are the minutes one way to the responsible office and to this one, and $q$ is the share of "
    "couples whom the opening saves the way; $a$, $h$ and $q$ are drawn from triangles."
)
