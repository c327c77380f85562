package dev.backstop.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import org.jsoup.Connection;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.FormElement;

/** Who reads the project manager's pages and sends their forms, with all that is hidden in them. */
final class Visitor {
  static {
    System.setProperty("jsoup.useHttpClient", "false"); // it has threads that stay
  }

  private static final int LIMIT_MILLIS = 30_000;

  private final Connection session =
      Jsoup.newSession().timeout(LIMIT_MILLIS).ignoreHttpErrors(true);
  private final URI home;

  Visitor(URI home) {
    this.home = home;
  }

  Document open(String path) throws IOException {
    return session.newRequest(home.resolve(path).toString()).get();
  }

  Document employee(int number) throws IOException {
    return open("employees/" + number);
  }

  /** The page of a task of the employee, found by its title on theirs. */
  Document task(int employee, String title) throws IOException {
    return follow(link(employee(employee), title));
  }

  /** Its number, found in the same way. */
  String number(int employee, String title) throws IOException {
    return link(employee(employee), title).attr("href").replaceAll(".*/tasks/|[?].*", "");
  }

  /** A new one; an empty parent makes it a project. */
  Document add(int employee, String title, int estimate, String parent) throws IOException {
    Document form = open("tasks/new?employee=%d&assignee=%d".formatted(employee, employee));
    Document added =
        save(form, "title", title, "estimate", Integer.toString(estimate), "parent", parent);
    assertThat(added.expectFirst("main").text()).contains("The task was added.");
    return added;
  }

  /** Writes into the fields of a task's page, and saves. */
  Document save(Document task, String... namesAndValues) throws IOException {
    FormElement form = task.expectForm("form.fields");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      form.expectFirst("[name=" + namesAndValues[i] + "]").val(namesAndValues[i + 1]);
    }
    return press(form.expectFirst("button"));
  }

  /** Sends the form of that button. */
  Document press(Element button) throws IOException {
    FormElement form = (FormElement) button.closest("form");
    return form.submit().data(button.attr("name"), button.attr("value")).execute().parse();
  }

  private Document follow(Element link) throws IOException {
    return session.newRequest(link.absUrl("href")).get();
  }

  private static Element link(Document page, String title) {
    return page.expectFirst("main a:matchesWholeOwnText(^\\Q" + title + "\\E$)");
  }
}
