"""Errors over all autocorrelations: against dense matrices and loops, in directions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import t as student

from jingan_analysis.models.serial_errors import SerialErrors, serial_errors


def problem(seed, *, series=1, n=24, p=3, rho=0.0):
    """Terms, and residuals of least squares fitted to autoregressive noise."""
    generator = np.random.default_rng(seed)
    z = generator.normal(size=(series, n, p)) + np.linspace(0, 1, n)[None, :, None]
    noise = generator.normal(size=(series, n))
    for at in range(1, n):
        noise[:, at] = rho * noise[:, at - 1] + np.sqrt(1 - rho**2) * noise[:, at]
    noise *= np.array([1.0, 3.0])[:series, None]
    flat = z.reshape(-1, p)
    bread = np.linalg.inv(flat.T @ flat)
    residual = noise.ravel() - flat @ (bread @ flat.T @ noise.ravel())
    return residual.reshape(series, n), z, bread


def naive(residual, z, month, bread, rho):
    """Log weight and covariance at one autocorrelation, from the full matrix of all months of all series."""
    series, n = residual.shape
    between = np.array([[sum(a * b for a, b in zip(x, y, strict=True)) / n for y in residual] for x in residual])
    within = np.array([[rho ** abs(int(a) - int(b)) for b in month] for a in month])
    omega = np.kron(between, within)
    flat, r = z.reshape(series * n, -1), residual.ravel()
    inverse = np.linalg.inv(omega)
    information = flat.T @ inverse @ flat
    left = r - flat @ np.linalg.solve(information, flat.T @ inverse @ r)
    freedom = series * n - flat.shape[1]
    variance = left @ inverse @ left / freedom
    log_weight = (
        -0.5 * np.linalg.slogdet(omega)[1] - 0.5 * np.linalg.slogdet(information)[1] - 0.5 * freedom * np.log(variance)
    )
    return log_weight, variance * bread @ flat.T @ omega @ flat @ bread


@pytest.mark.parametrize("series", [1, 2])
@pytest.mark.parametrize("gaps", [False, True])
def test_weights_and_covariances_agree_with_dense_matrices(series, gaps):
    residual, z, bread = problem(3, series=series, rho=0.4)
    month = np.delete(np.arange(28), [2, 9, 10, 25]) if gaps else np.arange(24)
    found = serial_errors(residual, z, month, bread)
    kept = [place for place, rho in enumerate(found.autocorrelation) if abs(rho) < 0.97]
    logs = []
    for place in kept:
        log_weight, covariance = naive(residual, z, month, bread, found.autocorrelation[place])
        logs.append(log_weight)
        assert found.covariance[place] == pytest.approx(covariance, rel=1e-6, abs=1e-12)
    width = np.polynomial.legendre.leggauss(len(found.weight))[1][kept]
    expected = np.log(width) + logs
    ours = np.log(found.weight[kept])
    assert ours - ours.max() == pytest.approx(expected - expected.max(), abs=1e-6)
    assert found.weight.sum() == pytest.approx(1.0)
    assert found.freedom == series * 24 - 3


def test_the_points_at_which_autocorrelation_is_looked_at_are_enough():
    residual, z, bread = problem(5, rho=0.6)
    month = np.arange(24)
    found = serial_errors(residual, z, month, bread)
    top = max(naive(residual, z, month, bread, rho)[0] for rho in np.linspace(-0.9, 0.9, 50))

    def weight(rho):
        return np.exp(naive(residual, z, month, bread, rho)[0] - top)

    total = quad(weight, -1, 1, limit=200)[0]
    mean = quad(lambda rho: rho * weight(rho), -1, 1, limit=200)[0] / total
    assert found.mean_autocorrelation == pytest.approx(mean, abs=1e-5)


def test_with_one_autocorrelation_it_is_students_interval():
    covariance = np.diag([4.0, 9.0])[None]
    found = SerialErrors(np.array([0.0]), np.array([1.0]), covariance, 7)
    contrasts = [[1.0, 0.0], [1.0, 1.0]]
    assert found.std_error(contrasts) == pytest.approx([2.0, np.sqrt(13)])
    assert found.half_width(contrasts, 0.9) == pytest.approx(student.isf(0.05, 7) * np.array([2.0, np.sqrt(13)]))
    assert found.p_value(contrasts, [3.0, -1.0]) == pytest.approx(2 * student.sf([1.5, 1 / np.sqrt(13)], 7))


@settings(deadline=None, max_examples=30, derandomize=True)
@given(seed=st.integers(0, 500), confidence=st.floats(0.5, 0.999), rho=st.floats(-0.8, 0.9))
def test_interval_and_test_say_the_same(seed, confidence, rho):
    residual, z, bread = problem(seed, rho=rho)
    found = serial_errors(residual, z, np.arange(24), bread)
    half = found.half_width(np.eye(3), confidence)
    assert found.p_value(np.eye(3), half) == pytest.approx(np.full(3, 1 - confidence), abs=1e-9)
    wider = found.half_width(np.eye(3), (1 + confidence) / 2)
    assert (wider > half).all()


@settings(deadline=None, max_examples=20, derandomize=True)
@given(seed=st.integers(0, 500), factor=st.floats(0.01, 100))
def test_units_do_not_matter(seed, factor):
    residual, z, bread = problem(seed, series=2)
    plain = serial_errors(residual, z, np.arange(24), bread)
    scaled = serial_errors(factor * residual, z, 5 + np.arange(24), bread)
    assert scaled.weight == pytest.approx(plain.weight, abs=1e-9)
    assert scaled.covariance == pytest.approx(factor**2 * plain.covariance, rel=1e-6)


def test_months_that_depend_on_each_other_are_noticed():
    means = [
        np.mean([serial_errors(*noticed(seed, rho)).mean_autocorrelation for seed in range(20)])
        for rho in (-0.5, 0, 0.7)
    ]
    assert means[0] < -0.25
    assert -0.1 < means[1] < 0.1
    assert means[2] > 0.4


def noticed(seed, rho):
    residual, z, bread = problem(seed, n=60, rho=rho)
    return residual, z, np.arange(60), bread
