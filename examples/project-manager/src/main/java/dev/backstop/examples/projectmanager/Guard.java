package dev.backstop.examples.projectmanager;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Around every request: nothing is loaded from elsewhere, no other site posts in a visitor's name,
 * and what can't be done is said on a page.
 */
@WebFilter("/*")
public class Guard extends HttpFilter {
  private static final System.Logger LOG = System.getLogger(Guard.class.getName());
  private static final Set<String> HARMLESS = Set.of("GET", "HEAD", "OPTIONS");

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    request.setCharacterEncoding(StandardCharsets.UTF_8.name());
    response.setHeader(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
            + " base-uri 'none'; frame-ancestors 'none'");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "same-origin");
    try {
      requireSameOrigin(request);
      chain.doFilter(request, response);
    } catch (Problem problem) {
      Views.problem(request, response, problem);
    } catch (ServletException | RuntimeException failure) {
      LOG.log(System.Logger.Level.ERROR, "No answer to " + request.getRequestURI(), failure);
      Views.problem(request, response, Problem.ours());
    }
  }

  private static void requireSameOrigin(HttpServletRequest request) {
    boolean ours =
        Origins.areOurs(
            request.getHeader("Sec-Fetch-Site"),
            request.getHeader("Origin"),
            request.getHeader("Host"));
    if (!HARMLESS.contains(request.getMethod()) && !ours) {
      throw new Problem(
          403, "Not from here", "This form was sent by another site, so nothing was changed.");
    }
  }
}
