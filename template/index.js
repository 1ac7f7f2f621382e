module.exports = require("partner-insights-access/program");
