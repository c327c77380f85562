package dev.backstop.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The project manager, deployed unchanged, over HTTP. Each test has an employee of its own, and
 * projects that it has made.
 */
@Tag("server")
@ParameterizedClass
@EnumSource
@TestInstance(Lifecycle.PER_CLASS)
abstract class ProjectManagerChecks {
  enum Kind {
    H2,
    POSTGRESQL
  }

  @Parameter Kind kind;

  private PostgresDatabase postgres;
  private ProjectManager manager;
  private Visitor visitor;

  abstract AppServer create() throws Exception;

  @BeforeParameterizedClassInvocation
  void start() throws Exception {
    postgres = PostgresDatabase.create();
    manager = new ProjectManager(create());
    if (kind == Kind.H2) {
      manager.startOnH2();
    } else {
      manager.startOnPostgres(Database.of(postgres));
    }
    visitor = new Visitor(manager.address());
  }

  @AfterParameterizedClassInvocation
  void stop() {
    manager.close();
    postgres.close();
  }

  @Test
  void thePeople_areThoseOfTheDatabaseThatWasSet() throws Exception {
    assertThat(visitor.open("").select(".people li")).hasSize(200);
    assertThat(visitor.open("?name=surveyor").select(".people span").eachText())
        .containsOnly("Surveyor");
    String tables =
        "select count(*) from information_schema.tables where table_name = 'task_assignee'";
    assertThat(Sql.ask(postgres.dataSource(), tables)).isEqualTo(kind == Kind.H2 ? "0" : "1");
  }

  @Test
  void aPage_isGatheredOnce_andThenComesFromTheCache() throws IOException {
    Document page = visitor.employee(11);
    assertThat(page.title()).startsWith(page.expectFirst("h1").text());
    List<Element> cards = page.select(".card");
    assertThat(cards)
        .hasSizeGreaterThan(4)
        .allSatisfy(
            card -> {
              assertThat(percent(card)).isBetween(0, 100);
              assertThat(card.expectFirst(".facts").text())
                  .containsPattern("[0-9,]+ of [0-9,]+ tasks done .* hours? left");
              assertThat(card.expectFirst(".eta").text())
                  .matches("[0-9]+ [A-Z][a-z]+ [0-9]{4,}|complete|no pace yet|never at this pace");
            });
    assertThat(cards).anySatisfy(card -> assertThat(percent(card)).isBetween(1, 99));
    assertThat(page.select("[aria-labelledby=news] h3")).hasSize(3);
    assertThat(origin(page)).isEqualTo("Gathered now");
    assertThat(origin(visitor.employee(11))).isEqualTo("From the cache");
  }

  @Test
  void anEdit_isSeenAtOnce() throws IOException {
    visitor.add(12, "Wash the wagons", 5, "");
    awaitCached(12);
    Document saved =
        visitor.save(
            visitor.task(12, "Wash the wagons"), "title", "Paint the wagons", "estimate", "17");
    assertThat(saved.expectFirst(".said").text()).isEqualTo("The task was saved.");
    assertThat(origin(saved)).isEqualTo("Gathered now");
    assertThat(card(saved, "Paint the wagons").expectFirst(".facts").text())
        .contains("17 hours left");
    assertThat(saved.text()).doesNotContain("Wash the wagons");
    awaitCached(12);
  }

  @Test
  void aTaskThatIsDone_isSeenAtOnce() throws IOException {
    visitor.add(13, "Oil the lock", 3, "");
    visitor.add(13, "Buy oil", 1, visitor.number(13, "Oil the lock"));
    Document page = visitor.employee(13);
    assertThat(progress(page, "Oil the lock")).isEqualTo("0 of 2 tasks done");
    Element button = page.expectFirst("button[aria-label^=Done: Buy oil]");
    Document done = visitor.press(button);
    assertThat(progress(done, "Oil the lock")).isEqualTo("1 of 2 tasks done");
    assertThat(done.select("a:contains(Buy oil)")).isEmpty();
  }

  @Test
  void aTaskThatIsDeleted_isSeenAtOnce() throws IOException {
    visitor.add(14, "Count the ropes", 3, "");
    visitor.add(14, "Find the ropes", 1, visitor.number(14, "Count the ropes"));
    assertThat(progress(visitor.employee(14), "Count the ropes")).isEqualTo("0 of 2 tasks done");
    Document task = visitor.task(14, "Find the ropes");
    Document deleted = visitor.press(task.expectFirst("button[value=delete]"));
    assertThat(deleted.expectFirst(".said").text()).isEqualTo("The task was deleted.");
    assertThat(progress(deleted, "Count the ropes")).isEqualTo("0 of 1 task done");
    assertThat(deleted.text()).doesNotContain("Find the ropes");
  }

  @Test
  void aTaskThatIsAnothersNow_isSeenAtOnceByBoth() throws IOException {
    visitor.add(15, "Tune the radio", 3, "");
    assertThat(visitor.employee(16).text()).doesNotContain("Tune the radio");
    Document task = visitor.task(15, "Tune the radio");
    task.expectFirst("input[name=assignee]").removeAttr("checked");
    task.expectFirst("select option[value=16]").attr("selected", "selected");
    assertThat(visitor.press(task.expectFirst("form.fields button")).text())
        .doesNotContain("Tune the radio");
    assertThat(visitor.employee(16).text()).contains("Tune the radio");
  }

  @Test
  void aTaskBelowAnother_isSeenAtOnce() throws IOException {
    visitor.add(17, "Mend the pier", 3, "");
    visitor.add(17, "Mend the fence", 1, "");
    visitor.add(17, "Find nails", 1, visitor.number(17, "Mend the pier"));
    String fence = visitor.number(17, "Mend the fence");
    Document moved = visitor.save(visitor.task(17, "Find nails"), "parent", fence);
    assertThat(progress(moved, "Mend the pier")).isEqualTo("0 of 1 task done");
    assertThat(progress(moved, "Mend the fence")).isEqualTo("0 of 2 tasks done");
  }

  @Test
  void whileTheSourceIsBroken_thePageStandsIn() throws IOException {
    visitor.add(18, "Feed the gulls", 3, "");
    Document broken = visitor.press(visitor.employee(18).expectFirst("#turn"));
    try {
      assertThat(origin(broken)).isEqualTo("A backup stands in");
      assertThat(broken.expectFirst("#age").text()).matches("just now|[0-9]+ seconds ago");
      assertThat(broken.expectFirst("#reason").text()).contains("does not answer");
      assertThat(progress(broken, "Feed the gulls")).isEqualTo("0 of 1 task done");
      assertThat(broken.select("[aria-labelledby=news] .stand-in")).hasSize(3);
      Document nobodysYet = visitor.employee(19);
      assertThat(nobodysYet.connection().response().statusCode()).isEqualTo(503);
      assertThat(nobodysYet.text()).contains("no backup yet");
    } finally {
      Document mended = visitor.press(visitor.employee(18).expectFirst("#turn"));
      assertThat(origin(mended)).isEqualTo("Gathered now");
      assertThat(mended.select("#reason")).isEmpty();
    }
  }

  @Test
  void whoIsUnknown_isNotFound() throws IOException {
    for (String who : List.of("201", "0", "nobody", "99999999999999999999")) {
      Document page = visitor.open("employees/" + who);
      assertThat(page.connection().response().statusCode()).isEqualTo(404);
      assertThat(page.expectFirst("[role=alert]").text())
          .contains("There is no employee number " + who);
    }
  }

  @Test
  void aCircle_isRefused() throws IOException {
    visitor.add(20, "Chicken", 1, "");
    visitor.add(20, "Egg", 1, visitor.number(20, "Chicken"));
    String egg = visitor.number(20, "Egg");
    assertThat(refusal(visitor.save(visitor.task(20, "Egg"), "parent", egg)))
        .contains("A task can't be a part of itself.");
    assertThat(refusal(visitor.save(visitor.task(20, "Chicken"), "parent", egg)))
        .contains("Task " + egg + " is a part of this task");
    assertThat(progress(visitor.employee(20), "Chicken")).isEqualTo("0 of 2 tasks done");
  }

  @Test
  void anEmptyTitle_isRefused() throws IOException {
    visitor.add(21, "Named", 1, "");
    assertThat(refusal(visitor.save(visitor.task(21, "Named"), "title", " ")))
        .contains("A task needs a title.");
    assertThat(visitor.employee(21).select("a:contains(Named)")).isNotEmpty();
  }

  @Test
  void aScriptInATitle_isText() throws IOException {
    String script = "<script>document.title = 'theirs'</script>";
    Document page = visitor.add(22, script, 1, "");
    assertThat(page.select(".card h2 a").eachText()).contains(script);
    assertThat(page.select("script")).isEmpty();
    assertThat(visitor.task(22, script).select("script")).isEmpty();
  }

  @Test
  void whoEditsWhatAnotherHasEdited_isTold() throws IOException {
    visitor.add(23, "Name the boat", 1, "");
    Document mine = visitor.task(23, "Name the boat");
    Document theirs = visitor.task(23, "Name the boat");
    visitor.save(theirs, "title", "Name the boat Alma");
    Document told = visitor.save(mine, "title", "Name the boat Otto");
    assertThat(told.connection().response().statusCode()).isEqualTo(409);
    assertThat(told.expectFirst("#stale").text())
        .contains("somebody else has changed this task")
        .contains("Name the boat Alma");
    assertThat(visitor.employee(23).text())
        .contains("Name the boat Alma")
        .doesNotContain("Name the boat Otto");
    assertThat(visitor.save(told).text()).contains("Name the boat Otto");
  }

  /** A load a moment after an edit may have begun before it, for all that the clocks know. */
  private void awaitCached(int employee) {
    Eventually.holds(
        () -> {
          try {
            return origin(visitor.employee(employee)).equals("From the cache");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        "employee " + employee + " is in the cache");
  }

  private static String refusal(Document page) {
    assertThat(page.connection().response().statusCode()).isEqualTo(422);
    return page.expectFirst("[role=alert]").text();
  }

  private static String origin(Document page) {
    return page.expectFirst("#origin").text();
  }

  private static String progress(Document page, String project) {
    return card(page, project).expectFirst(".facts dd").text();
  }

  private static int percent(Element card) {
    return Integer.parseInt(card.expectFirst(".percent").text().replace(" %", ""));
  }

  private static Element card(Document page, String project) {
    return page.expectFirst(".card:has(h2 a:contains(" + project + "))");
  }
}
