package dev.backstop.examples.projectmanager;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Shows a Facelets page; whatever it shows is {@code #{page}} there, and is escaped. */
final class Views {
  private Views() {}

  static void show(
      HttpServletRequest request,
      HttpServletResponse response,
      int status,
      String view,
      Object page)
      throws ServletException, IOException {
    response.setStatus(status);
    response.setHeader("Cache-Control", "no-store");
    request.setAttribute("page", page);
    request.setAttribute("base", request.getContextPath());
    request.getRequestDispatcher("/WEB-INF/views/" + view + ".xhtml").forward(request, response);
  }

  static void problem(HttpServletRequest request, HttpServletResponse response, Problem problem)
      throws ServletException, IOException {
    show(
        request,
        response,
        problem.status(),
        "problem",
        new ProblemPage(problem.title(), String.valueOf(problem.getMessage())));
  }

  /** By GET, so that a reload of what is shown then posts nothing again. */
  static void redirect(HttpServletRequest request, HttpServletResponse response, String path) {
    response.setStatus(HttpServletResponse.SC_SEE_OTHER);
    response.setHeader("Location", request.getContextPath() + path);
  }

  /** What the page of a problem shows. */
  public record ProblemPage(String title, String message) {}
}
