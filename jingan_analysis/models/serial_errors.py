"""Errors of coefficients of a short series whose months depend on each other, and whose dependence is not known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.measures.quantity import confidence_level

Vector = NDArray[np.float64]
_NODES = 48
"""Points at which autocorrelation is looked at; the likelihood is so smooth that more change no digit that is shown."""


@dataclass(frozen=True, eq=False)
class SerialErrors:
    """Covariances of p coefficients for k possible autocorrelations, and the weight of each.

    Attributes
    ----------
    autocorrelation
        Correlation of months next to each other, from -1 to 1, shape (k,).
    weight
        How well it fits the residuals, shape (k,); the sum is 1.
    covariance
        Of the coefficients if the autocorrelation is this, shape (k, p, p).
    freedom
        Degrees of freedom of Student's distribution.
    """

    autocorrelation: Vector
    weight: Vector
    covariance: Vector
    freedom: int

    @property
    def mean_autocorrelation(self) -> float:
        """Weighted mean of the autocorrelation."""
        return float(self.weight @ self.autocorrelation)

    def std_error(self, contrasts: ArrayLike) -> Vector:
        """Root of the weighted mean variance of sums of coefficients, shape (m,); ``contrasts`` has shape (m, p)."""
        return np.asarray(np.sqrt(self.weight @ self._spread(contrasts) ** 2))

    def half_width(self, contrasts: ArrayLike, confidence: float) -> Vector:
        """Half the interval of each sum of coefficients, shape (m,)."""
        from scipy.special import beta, stdtr, stdtrit

        tail = (1.0 - confidence_level(confidence)) / 2.0
        spread, v = self._spread(contrasts), self.freedom
        half = -float(stdtrit(v, tail)) * spread.min(axis=0)
        # The tail falls ever more slowly, so that Newton's steps from below never go too far.
        for _ in range(100):
            z = half / spread
            density = (1.0 + z**2 / v) ** (-(v + 1) / 2) / (np.sqrt(v) * beta(0.5, v / 2))
            step = (self.weight @ stdtr(v, -z) - tail) / (self.weight @ (density / spread))
            half = half + step
            if (np.abs(step) <= 1e-12 * half).all():
                break
        return np.asarray(half)

    def p_value(self, contrasts: ArrayLike, estimates: ArrayLike) -> Vector:
        """Test that each sum of coefficients is 0, two-sided, shape (m,)."""
        from scipy.special import stdtr

        size = np.abs(np.asarray(estimates, dtype=np.float64))
        return np.asarray(2.0 * self.weight @ stdtr(self.freedom, -size / self._spread(contrasts)))

    def _spread(self, contrasts: ArrayLike) -> Vector:
        """Standard error by autocorrelation, shape (k, m)."""
        c = np.atleast_2d(np.asarray(contrasts, dtype=np.float64))
        return np.asarray(np.sqrt(np.einsum("mp,kpq,mq->km", c, self.covariance, c, optimize=True)))


def serial_errors(residual: Vector, weighted_design: Vector, month: NDArray[np.int64], bread: Vector) -> SerialErrors:
    r"""Errors of quasi-likelihood coefficients if residuals are autoregressive, over all autocorrelations.

    .. math::

        \operatorname{Cov}_\rho = s_\rho^2 B\, Z^\top \Omega_\rho Z\, B, \qquad
        \Omega_\rho = R_\rho \otimes \Sigma, \quad (R_\rho)_{tu} = \rho^{|t - u|}, \qquad
        w_\rho \propto |\Omega_\rho|^{-1/2} |Z^\top \Omega_\rho^{-1} Z|^{-1/2} (s_\rho^2)^{-(n - p)/2}

    Where
        Z     terms times the root of their weight in the quasi-likelihood, B the inverse of Z'Z;
        Σ     covariance of the Pearson residuals of the series and its comparison in one month;
        s²    generalised least-squares variance of the residuals, in units of Σ, on n - p degrees of freedom;
        w     restricted likelihood of ρ, which is the posterior under Zellner and Tiao's flat prior from -1 to 1.

    The estimate stays that of the quasi-likelihood. Its distribution is taken as the mixture of Student's distributions
    with these covariances and weights, so that a series too short to tell its autocorrelation gets a wider interval.

    Plain Newey–West errors are too small here. With two breaks in 32 to 60 months, nominal 95 % intervals held the
    truth in these shares of simulated overdispersed series, for autocorrelations from 0 to 0.5: Newey–West 63 to 84 %,
    with small-sample factor and Student's distribution 71 to 87 %; equal-weighted cosines (Lazarus et al. 2018) 70 to
    82 %; quasi-likelihood 79 to 97 %; the best autocorrelation put in as if it were known 91 to 96 %; this mixture 93
    to 98 %, and 92 to 96 % at an autocorrelation of 0.7.

    It knows autocorrelation that fades by the same factor each month, and takes the variance to follow the family. A
    season that is left out of the model breaks both.

    Parameters
    ----------
    residual
        Pearson residuals, shape (s, n): the series, then its comparison.
    weighted_design
        Z, shape (s, n, p).
    month
        Whole numbers in order, shape (n,).
    bread
        B, shape (p, p).

    Notes
    -----
    Zellner, A. and Tiao, G. C. (1964), Bayesian analysis of the regression model with autocorrelated errors, *Journal
    of the American Statistical Association* 59(307); Liang, K.-Y. and Zeger, S. L. (1986), *Biometrika* 73(1), for
    quasi-likelihood with a working correlation; Turner, S. L. et al. (2021), Evaluation of statistical methods used in
    the analysis of interrupted time series studies, *BMC Medical Research Methodology* 21:181, for the under-coverage
    of the usual ones; Lazarus, E., Lewis, D. J., Stock, J. H. and Watson, M. W. (2018), HAR inference: recommendations
    for practice, *Journal of Business & Economic Statistics* 36(4).
    """
    together, apart = _between_series(residual)
    rows = np.concatenate([weighted_design, residual[:, :, None]], axis=2)
    nodes, width = np.polynomial.legendre.leggauss(_NODES)
    whitened, log_root = _whitened(np.einsum("ab,bnp->anp", apart, rows), month, nodes)
    p = weighted_design.shape[2]
    freedom = residual.size - p
    triangle = np.linalg.qr(whitened, mode="r")
    roots = np.abs(np.diagonal(triangle, axis1=1, axis2=2))
    variance = roots[:, p] ** 2 / freedom
    log_weight = -len(residual) * log_root - np.log(roots[:, :p]).sum(axis=1) - 0.5 * freedom * np.log(variance)
    weight = width * np.exp(log_weight - log_weight.max())
    mixed = np.einsum("ab,anp->bnp", together, weighted_design)
    powers = nodes[:, None] ** np.arange(month[-1] - month[0] + 1)
    correlation = powers[:, np.abs(np.subtract.outer(month, month))]
    meat = np.einsum("anp,knm,amq->kpq", mixed, correlation, mixed, optimize=True)
    covariance = variance[:, None, None] * (bread @ meat @ bread)
    return SerialErrors(nodes, weight / weight.sum(), covariance, freedom)


def _between_series(residual: Vector) -> tuple[Vector, Vector]:
    """Cholesky root of the covariance of the series in one month, and its inverse."""
    covariance = residual @ residual.T / residual.shape[1]
    root = np.linalg.cholesky(covariance)
    return root, np.linalg.inv(root)


def _whitened(rows: Vector, month: NDArray[np.int64], nodes: Vector) -> tuple[Vector, Vector]:
    """Rows without the autocorrelation of each node, shape (k, s n, p), and the log of the determinant's root.

    Given the month before it, d months ago, a month has mean ρ^d times that one's value and variance 1 - ρ^2d.
    """
    carried = nodes[:, None] ** np.diff(month)
    left = np.sqrt(1.0 - carried**2)
    shape = (len(nodes), *rows.shape)
    white = np.broadcast_to(rows, shape).copy()
    white[:, :, 1:] -= carried[:, None, :, None] * rows[None, :, :-1]
    white[:, :, 1:] /= left[:, None, :, None]
    return white.reshape(len(nodes), -1, rows.shape[2]), np.log(left).sum(axis=1)
