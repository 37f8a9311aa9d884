// The sign-up form tells the person's time zone, so that times in their inbox are right from the first day.
const field = document.querySelector("input[name=time_zone]");
if (field && !field.value) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}
