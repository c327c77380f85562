package dev.backstop.examples.projectmanager;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;

/** Everybody who works here. */
@WebServlet("")
public class HomeServlet extends HttpServlet {
  @Inject Employees employees;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    String letters = Parameters.text(request, "name");
    Views.show(request, response, 200, "home", new HomePage(letters, employees.named(letters)));
  }

  /** What the page shows. */
  public record HomePage(String name, List<Employee> employees) {
    public String found() {
      return Words.count(employees.size(), "person", "people");
    }
  }
}
