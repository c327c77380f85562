package dev.backstop.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The project manager, used as a person would. Each test has an employee of its own. */
@Tag("server")
@NeedsChromium
@TestInstance(Lifecycle.PER_CLASS)
class ProjectManagerInBrowserIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Chromium itself says so of a page that was refused with a message. */
  private static final String REFUSED =
      ".*/(employees/201|tasks/[0-9]+) - Failed to load resource: .* status of 4.*";

  private final List<AutoCloseable> open = new ArrayList<>();
  private ProjectManager manager;
  private Chromium chromium;
  private ChromeDriver driver;
  private WebDriverWait wait;
  private Person person;

  @BeforeAll
  void start() throws Exception {
    manager = new ProjectManager(new PayaraMicro());
    open.add(manager);
    manager.startOnH2();
    chromium = new Chromium();
    open.add(0, chromium);
    driver = chromium.driver();
    driver.manage().timeouts().pageLoadTimeout(LIMIT).scriptTimeout(LIMIT);
    wait = new WebDriverWait(driver, LIMIT);
    person = new Person(driver, wait, manager.address());
    person.go("");
  }

  @AfterAll
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  @BeforeEach
  void atADesk() {
    chromium.resize(1280, 900);
    chromium.prefer("light");
  }

  @AfterEach
  void nothingWasLoadedFromElsewhere_andTheConsoleIsEmpty(TestInfo test) throws IOException {
    chromium.photograph(test.getTestMethod().orElseThrow().getName());
    assertThat(chromium.requests())
        .isNotEmpty()
        .allSatisfy(address -> assertThat(address).startsWith(manager.address().toString()));
    assertThat(chromium.console()).filteredOn(line -> !line.matches(REFUSED)).isEmpty();
  }

  @Test
  void onePerson_isFound_andTheirProgressIsRead() throws IOException {
    person.go("");
    driver.findElement(By.id("name")).sendKeys("Rosa", Keys.ENTER);
    wait.until(ExpectedConditions.urlContains("name=Rosa"));
    chromium.photograph("people");
    WebElement found = driver.findElement(By.cssSelector(".people a"));
    String name = found.findElement(By.tagName("b")).getText();
    found.click();
    wait.until(ExpectedConditions.textToBe(By.tagName("h1"), name));
    WebElement card = driver.findElement(By.cssSelector(".card"));
    WebElement bar = card.findElement(By.tagName("progress"));
    double done = Double.parseDouble(bar.getDomProperty("position"));
    assertThat(card.findElement(By.cssSelector(".percent")).getText())
        .isEqualTo((int) Math.floor(done * 100) + " %");
    assertThat(bar.getSize().width).isGreaterThan(100);
    assertThat(card.findElement(By.cssSelector(".eta")).getText()).isNotBlank();
    assertThat(person.text("#took")).matches("[0-9]+ ms");
  }

  @Test
  void anEditedTask_isSeenAtOnce() throws IOException {
    person.add(31, "Wash the wagons");
    person.click("Wash the wagons");
    chromium.photograph("task");
    person.write("title", "Paint the wagons");
    person.write("estimate", "7");
    person.press("save");
    assertThat(person.text(".said")).isEqualTo("The task was saved.");
    assertThat(person.text("#origin")).isEqualTo("Gathered now");
    assertThat(person.text("main"))
        .contains("Paint the wagons", "7 hours left")
        .doesNotContain("Wash");
  }

  @Test
  void aDeletedTask_isGoneAtOnce() {
    person.add(32, "Count the ropes");
    person.click("Count the ropes");
    driver.findElement(By.tagName("summary")).click();
    person.press("delete");
    assertThat(person.text(".said")).isEqualTo("The task was deleted.");
    assertThat(person.text("main")).doesNotContain("Count the ropes");
  }

  @Test
  void aTaskThatIsDone_fillsTheBar() {
    person.add(33, "Oil the lock");
    driver.findElement(By.cssSelector("button[aria-label^='Done: Oil the lock']")).click();
    wait.until(ExpectedConditions.urlContains("said=done"));
    WebElement card =
        driver.findElement(By.xpath("//article[.//h2[normalize-space()='Oil the lock']]"));
    assertThat(card.findElement(By.tagName("progress")).getDomProperty("position")).isEqualTo("1");
    assertThat(card.getText()).contains("100 %", "complete", "Nothing left for you here");
  }

  @Test
  void aReassignedTask_isTheOthersAtOnce() {
    person.add(34, "Tune the radio");
    person.click("Tune the radio");
    driver.findElement(By.cssSelector("input[name=assignee][value='34']")).click();
    new Select(driver.findElement(By.id("more"))).selectByValue("35");
    person.press("save");
    assertThat(person.text("main")).doesNotContain("Tune the radio");
    person.go("employees/35");
    assertThat(person.text("main")).contains("Tune the radio");
  }

  @Test
  void whileTheSourceIsBroken_thePageIsReadWithItsAge() throws IOException {
    person.add(36, "Feed the gulls");
    person.turn("broken");
    try {
      assertThat(person.text("#origin")).isEqualTo("A backup stands in");
      assertThat(person.text("#age")).matches("just now|[0-9]+ seconds ago");
      assertThat(person.text("#reason")).contains("The project database does not answer");
      assertThat(person.text(".cards")).contains("Feed the gulls");
      chromium.photograph("broken");
    } finally {
      person.turn("mended");
    }
    assertThat(person.text("#origin")).isEqualTo("Gathered now");
    assertThat(driver.findElements(By.id("reason"))).isEmpty();
  }

  @Test
  void twoEditors_areTold() {
    person.add(37, "Name the boat");
    person.click("Name the boat");
    String mine = driver.getWindowHandle();
    String page = driver.getCurrentUrl();
    driver.switchTo().newWindow(WindowType.TAB).get(page);
    person.write("title", "Name the boat Alma");
    person.press("save");
    driver.close();
    driver.switchTo().window(mine);
    person.write("title", "Name the boat Otto");
    person.press("save");
    assertThat(person.text("#stale")).contains("somebody else has changed this task", "boat Alma");
    assertThat(driver.findElement(By.id("title")).getDomProperty("value"))
        .isEqualTo("Name the boat Otto");
  }

  @Test
  void theKeyboardAlone_findsAndEdits() throws IOException {
    person.add(38, "Mend the nets");
    person.go("");
    person.tab();
    assertThat(Accessibility.focus(driver).label()).isEqualTo("Skip to the content");
    assertThat(Accessibility.focus(driver).seen()).isEqualTo("seen");
    chromium.photograph("skip-link");
    person.type(Keys.ENTER);
    wait.until(ExpectedConditions.urlContains("#content"));
    person.tab();
    assertThat(Accessibility.focus(driver).label()).isEqualTo("name");
    String name = person.nameOf(38);
    person.type(name);
    person.type(Keys.ENTER);
    wait.until(ExpectedConditions.urlContains("name="));
    person.tabTo(name);
    person.type(Keys.ENTER);
    wait.until(ExpectedConditions.textToBe(By.tagName("h1"), name));
    person.tabTo("Mend the nets");
    person.type(Keys.ENTER);
    wait.until(ExpectedConditions.textToBe(By.tagName("h1"), "Mend the nets"));
    person.tabTo("title");
    person.type(Keys.chord(Keys.CONTROL, "a"));
    person.type("Mend the old nets");
    person.tabTo("Save");
    person.type(Keys.ENTER);
    wait.until(ExpectedConditions.urlContains("said=saved"));
    assertThat(person.text("main")).contains("Mend the old nets");
  }

  @ParameterizedTest
  @CsvSource({"''", "employees/39", "tasks/1?employee=39", "tasks/new", "employees/201"})
  void tabbing_goesThroughThePageInOrder_andIsSeen(String path) {
    person.go(path);
    List<Accessibility.Focus> stops = new ArrayList<>();
    person.tab();
    for (Accessibility.Focus at = Accessibility.focus(driver);
        at != null && stops.size() < 60;
        at = Accessibility.focus(driver)) {
      stops.add(at);
      person.tab();
    }
    assertThat(stops)
        .hasSizeGreaterThan(2)
        .isSortedAccordingTo(Comparator.comparingInt(Accessibility.Focus::order));
    assertThat(stops)
        .allSatisfy(
            at -> {
              assertThat(at.ring()).as(at.label()).isEqualTo("ring");
              assertThat(at.seen()).as(at.label()).isEqualTo("seen");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "people, ''",
    "employee, employees/39",
    "task, tasks/1?employee=39",
    "new, tasks/new?employee=39",
    "problem, employees/201"
  })
  void onAPhone_nothingHasToBePushedAside_andAxeFindsNothing(String name, String path)
      throws IOException {
    chromium.resize(360, 740);
    for (String scheme : List.of("light", "dark")) {
      chromium.prefer(scheme);
      person.go(path);
      chromium.photograph("phone-" + name + "-" + scheme);
      assertThat(driver.executeScript("return document.documentElement.scrollWidth"))
          .isEqualTo(360L);
      assertThat(Accessibility.violations(driver))
          .filteredOn(fault -> fault.matches("(serious|critical|axe) .*"))
          .isEmpty();
    }
  }
}
